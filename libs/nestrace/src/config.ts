export { otelConfig } from './config/otel.config.js';
