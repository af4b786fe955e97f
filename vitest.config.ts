import { fileURLToPath } from 'node:url';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Tests run on the TypeScript of the library, under its published name. */
const SOURCE_CONDITION = 'nestrace/source';

const shared: ViteUserConfig = {
  resolve: { conditions: [SOURCE_CONDITION] },
  ssr: {
    resolve: {
      conditions: [SOURCE_CONDITION, 'node'],
      externalConditions: [SOURCE_CONDITION],
    },
  },
  oxc: { decorator: { legacy: true, emitDecoratorMetadata: true } },
};

const serverDeps = { server: { deps: { inline: [/^nestrace/, /libs\/nestrace\/src/] } } };

/** NestJS 11 and TypeORM 0.3 live in a folder of their own; here they take the usual names. */
const nest11 = fileURLToPath(new URL('./test/nest-11/node_modules/', import.meta.url));

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: 'coverage/results.json' }]],
    coverage: {
      provider: 'v8',
      include: ['libs/nestrace/src/**/*.ts'],
      reporter: ['text-summary', 'html', 'json-summary'],
      thresholds: { lines: 90, branches: 90, functions: 90, statements: 90 },
    },
    projects: [
      {
        ...shared,
        test: {
          name: 'unit',
          include: ['test/unit/**/*.spec.ts'],
          ...serverDeps,
        },
      },
      {
        oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
        test: {
          name: 'panel-web',
          environment: 'happy-dom',
          include: ['test/panel-web/**/*.spec.{ts,tsx}'],
        },
      },
      {
        ...shared,
        test: {
          name: 'integration',
          include: ['test/integration/**/*.int-spec.ts'],
          testTimeout: 20_000,
          ...serverDeps,
        },
      },
      {
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            include: ['test/types/**/*.test-d.ts'],
            tsconfig: './tsconfig.json',
          },
        },
      },
      {
        test: {
          name: 'package',
          include: ['test/package/**/*.spec.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
      {
        ...shared,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.e2e-spec.ts'],
          testTimeout: 60_000,
          hookTimeout: 300_000,
          ...serverDeps,
        },
      },
      {
        ...shared,
        test: {
          name: 'chaos',
          include: ['test/chaos/*.chaos-spec.ts'],
          hookTimeout: 120_000,
          // How many stories are played at once is up to the suite.
          maxConcurrency: 1000,
          ...serverDeps,
        },
      },
      {
        ...shared,
        test: {
          name: 'backends',
          include: ['test/backends/**/*.spec.ts'],
          globalSetup: ['test/support/backends/backends.setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          // Nothing but what a test asks for is to be sent.
          env: { RESTOCK_INTERVAL_MS: '86400000' },
          ...serverDeps,
        },
      },
      {
        ...shared,
        resolve: {
          ...shared.resolve,
          alias: [
            { find: /^(@nestjs\/[a-z-]+|typeorm)$/, replacement: `${nest11}$1` },
            { find: /^(@nestjs\/[a-z-]+|typeorm)\/(.+)$/, replacement: `${nest11}$1/$2` },
          ],
        },
        test: {
          name: 'nest-11',
          include: ['test/integration/**/*.int-spec.ts'],
          testTimeout: 20_000,
          env: { NESTRACE_TEST_NEST: '11' },
          // What is built on Nest has to get the one of the tests.
          server: { deps: { inline: [...serverDeps.server.deps.inline, /nestjs-pino/] } },
        },
      },
    ],
  },
});
