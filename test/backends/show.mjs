/**
 * `node test/backends/show.mjs [folder]` sends one order of the demo to Jaeger and to Zipkin, asks
 * both for its trace, and prints what was sent next to what came back. With a folder it leaves the
 * answers of both there.
 */
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const root = fileURLToPath(new URL('../..', import.meta.url));

// Node runs no TypeScript with decorators.
const { module } = await runnerImport(new URL('show/show-order.ts', import.meta.url).pathname, {
  root,
  configFile: false,
  logLevel: 'error',
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
  resolve: { conditions: ['nestrace/source', 'node'] },
});
process.exitCode = (await module.showOrder(process.argv[2])) ? 0 : 1;
