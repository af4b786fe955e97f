import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { drawSpans } from '../support/packed/draw-spans.js';
import type { Application } from '../support/packed/application.js';
import { RegistryUnreachableError } from '../support/packed/install-packages.js';
import { NestCli, type ModuleType } from '../support/packed/nest-cli.js';
import { packLibrary } from '../support/packed/packed-library.js';
import { startOtlpGrpcReceiver } from '../support/receivers/otlp-grpc.receiver.js';
import type { OtlpSpan } from '../support/receivers/otlp-span.js';
import { waitUntil } from '../support/wait-until.js';

const REQUIRES_ALL = process.env['NESTRACE_TEST_REQUIRE_ALL'] === '1';
const INSTALL_TIMEOUT_MS = 300_000;

let tarball: string;
beforeAll(() => {
  ({ tarball } = packLibrary());
});

/** Applications with nestrace, built; tests on them are skipped where there is no registry. */
function given(
  makeCli: () => Promise<NestCli>,
  ...types: readonly ModuleType[]
): (type: ModuleType) => Application {
  const applications = new Map<ModuleType, Application>();
  let cli: NestCli | undefined;
  let reason: string | undefined;

  beforeAll(async () => {
    try {
      cli = await makeCli();
      for (const type of types) applications.set(type, await cli.make(type));
      await cli.install(tarball, '@opentelemetry/api@1.9');
    } catch (error) {
      if (REQUIRES_ALL || !(error instanceof RegistryUnreachableError)) throw error;
      reason = error.message;
      console.warn(`The tests on generated applications are skipped: ${reason}.`);
      return;
    }
    for (const application of applications.values()) {
      importOtelModule(application);
      await application.npm('build');
    }
  }, INSTALL_TIMEOUT_MS);

  beforeEach(({ skip }) => {
    skip(reason !== undefined, reason);
  });

  afterAll(() => {
    cli?.remove();
  });

  return (type) => applications.get(type) as Application;
}

/** All that a user changes. */
function importOtelModule(application: Application): void {
  const file = 'src/app.module.ts';
  const nest = "import { Module } from '@nestjs/common';";
  application.replace(file, nest, `${nest}\nimport { OtelModule } from 'nestrace';`);
  application.replace(file, 'imports: []', 'imports: [OtelModule.forRoot()]');
}

/** Starts it, asks it once, and draws all a backend has got of the request. */
async function traceOf(application: Application): Promise<string> {
  const collector = await startOtlpGrpcReceiver();
  const running = await application.start({
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_BSP_SCHEDULE_DELAY: '100',
  });
  try {
    expect(await running.get('/')).toMatchObject({ status: 200, text: 'Hello World!' });
    const request = (): OtlpSpan | undefined =>
      collector.spans().find(({ kind }) => kind === 'SERVER');
    await waitUntil(() => request() !== undefined, 'the trace has arrived', 30_000);
    expect(running.stdout).not.toMatch(/ (WARN|ERROR) /);
    expect(running.stderr).toBe('');
    return drawSpans(collector.spans().filter(({ traceId }) => traceId === request()?.traceId));
  } finally {
    await running.stop();
    await collector.close();
  }
}

/** As the README asks of those who use `ts-jest`. */
function letJestLoadEsModules(application: Application): void {
  const rules = ',\n  "transformIgnorePatterns": ["/node_modules/(?!nestrace/)"]';
  application.replace('test/jest-e2e.json', '"ts-jest"\n  }', `"ts-jest"\n  }${rules}`);
  application.replace('tsconfig.json', '"declaration"', '"allowJs": true,\n    "declaration"');
  // Otherwise the build takes `eslint.config.mjs` for a source and moves `dist/main` for it.
  application.replace('tsconfig.build.json', '"exclude"', '"include": ["src"],\n  "exclude"');
}

/** https://jestjs.io/docs/ecmascript-modules#require-of-esm */
const CAN_JEST_REQUIRE_ES_MODULES = isNode(24, 9);

function isNode(leastMajor: number, leastMinor: number): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

const TRACE = `
GET / SERVER
  AppController.getHello internal
    AppService.getHello internal`.trimStart();

/** Printed by Vitest and by Jest. */
const ONE_TEST_PASSED = /^ *Tests:? +1 passed/m;

describe('an application made by the CLI of NestJS 12', () => {
  const application = given(() => NestCli.nest12(), 'esm', 'cjs');

  it.each(['esm', 'cjs'] as const)('sends the whole trace of a request (%s)', async (type) => {
    expect(await traceOf(application(type))).toBe(TRACE);
  });

  it.each(['test', 'test:e2e'])('passes its own tests (esm, npm run %s)', async (script) => {
    expect(await application('esm').npm(script)).toMatch(ONE_TEST_PASSED);
  });

  it.each(['test', 'test:e2e'])('passes its own tests (cjs, npm run %s)', async (script) => {
    const tests = application('cjs').npm(script);
    if (CAN_JEST_REQUIRE_ES_MODULES) expect(await tests).toMatch(ONE_TEST_PASSED);
    // They fail as they do without nestrace, at the first line that imports from NestJS.
    else await expect(tests).rejects.toThrow(/Must use import .*@nestjs\/testing\/index\.js$/m);
  });
});

describe('an application made by the CLI of NestJS 11', () => {
  const application = given(() => NestCli.nest11(), 'cjs');

  it('sends the whole trace of a request', async () => {
    expect(await traceOf(application('cjs'))).toBe(TRACE);
  });

  it('passes its own unit tests', async () => {
    expect(await application('cjs').npm('test')).toMatch(ONE_TEST_PASSED);
  });

  it('passes its own end-to-end tests with the settings for Jest, and still builds', async () => {
    letJestLoadEsModules(application('cjs'));
    expect(await application('cjs').npm('test:e2e')).toMatch(ONE_TEST_PASSED);
    await application('cjs').npm('build');
    expect(readdirSync(join(application('cjs').directory, 'dist'))).toContain('main.js');
  });
});
