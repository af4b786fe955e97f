await import('dd-trace/initialize.mjs');
