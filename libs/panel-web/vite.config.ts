import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

/** What is fetched later has no styles of its own and fetches nothing ahead: `import()` is all it takes. */
const plainImports: Plugin = {
  name: 'plain-imports',
  enforce: 'pre',
  load: (id) =>
    id.endsWith('vite/preload-helper.js')
      ? 'export const __vitePreload = (load) => load();'
      : undefined,
};

/** A trace with its waterfall and the first tab of the drawer. */
const TRACE =
  /panel-web\/src\/(screens\/trace|copying)\/(?!other-tab|raw|drawer\/(other|events|links|span-logs))/;

/** Whatever else is not the list. */
const PAGES = /panel-web\/src\/(page|sql-text|screens\/(?!list)|app\/(help-overlay|legend))/;

/** Every URL stays relative: the panel does not know under which prefix or proxy it is served. */
export default defineConfig({
  root: fileURLToPath(new URL('.', import.meta.url)),
  base: './',
  logLevel: 'warn',
  plugins: [plainImports],
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
        codeSplitting: {
          // Few files compress better than many: the list with all it stands on, a trace, the rest.
          includeDependenciesRecursively: false,
          groups: [
            { name: 'trace', test: TRACE },
            { name: 'pages', test: PAGES },
            { name: 'base', test: /./ },
          ],
        },
        entryFileNames: 'panel-[hash].js',
        chunkFileNames: 'panel-[name]-[hash].js',
        assetFileNames: 'panel-[hash][extname]',
      },
    },
  },
});
