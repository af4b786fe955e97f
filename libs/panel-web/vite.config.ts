import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

/** Every URL stays relative: the panel does not know under which prefix or proxy it is served. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  logLevel: 'warn',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    sourcemap: false,
    modulePreload: false,
    // What is inlined as a data URL would need a wider Content-Security-Policy.
    assetsInlineLimit: 0,
    cssCodeSplit: false,
    rolldownOptions: {
      output: {
        codeSplitting: false,
        entryFileNames: 'panel-[hash].js',
        assetFileNames: 'panel-[hash][extname]',
      },
    },
  },
});
