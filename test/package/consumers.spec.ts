import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { makeConsumer, packLibrary, ROOT } from '../support/packed/packed-library.js';

const NEST_11 = join(ROOT, 'test/nest-11/node_modules');

/** An application without a compiler; `load` is how its module system loads a package. */
const application = (load: (name: string) => string): string => `
  ${load('reflect-metadata')}
  const { Controller, Get, Module } = ${load('@nestjs/common')};
  const { NestFactory } = ${load('@nestjs/core')};
  const { OtelModule, Traced } = ${load('nestrace')};
  const { InMemoryTelemetry, formatTrace } = ${load('nestrace/testing')};

  const decorate = (target, key, ...decorators) => {
    const descriptor = Object.getOwnPropertyDescriptor(target.prototype, key);
    for (const decorator of decorators) decorator(target.prototype, key, descriptor);
    Object.defineProperty(target.prototype, key, descriptor);
  };
  class Greeter {
    greet() {
      return 'hello';
    }
    async index() {
      return this.greet();
    }
  }
  decorate(Greeter, 'greet', Traced());
  decorate(Greeter, 'index', Traced(), Get(':name'));
  Controller('greetings')(Greeter);
  class AppModule {}
  const telemetry = new InMemoryTelemetry();
  Module({
    imports: [OtelModule.forRoot({ exporters: 'none', processors: [telemetry] })],
    controllers: [Greeter],
  })(AppModule);

  const app = await NestFactory.create(AppModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  const { request } = ${load('node:http')};
  const { context, ROOT_CONTEXT } = ${load('@opentelemetry/api')};
  await context.with(
    ROOT_CONTEXT.setValue(Symbol.for('OpenTelemetry SDK Context Key SUPPRESS_TRACING'), true),
    async () => {
      const url = await app.getUrl();
      await new Promise((resolve) => {
        request(url + '/greetings/ann', (response) => response.resume().on('end', resolve)).end();
      });
    },
  );
  const spans = await telemetry.waitForTrace();
  await app.close();
  console.log(spans.map(({ kind, name }) => kind + ' ' + name).join(', '));
`;

const CJS = `(async () => {${application((name) => `require('${name}')`)}})();`;
const ESM = application((name) => `await import('${name}')`);
const EXPECTED = 'INTERNAL Greeter.greet, INTERNAL Greeter.index, SERVER GET /greetings/:name';

describe('the packed library', () => {
  let packed: string;

  beforeAll(() => {
    packed = packLibrary().directory;
  });

  const run = (consumer: string, file: string, code: string): string => {
    writeFileSync(join(consumer, file), code);
    return execFileSync(process.execPath, [file], {
      cwd: consumer,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], NODE_ENV: 'test' },
    }).trim();
  };

  it.each([
    ['NestJS 12', 'an ES module', 'app.mjs', ESM, undefined],
    ['NestJS 12', 'CommonJS', 'app.cjs', CJS, undefined],
    ['NestJS 11', 'an ES module', 'app.mjs', ESM, NEST_11],
    ['NestJS 11', 'CommonJS', 'app.cjs', CJS, NEST_11],
  ])('traces an application of %s written as %s', (_nest, _format, file, code, modules) => {
    const consumer = makeConsumer(packed, modules === undefined ? {} : { modules });
    expect(run(consumer, file, code)).toBe(EXPECTED);
  });

  it('can be required entry by entry from an empty CommonJS folder', () => {
    const consumer = makeConsumer(packed);
    const names = run(
      consumer,
      'index.js',
      `const entries = ['nestrace', 'nestrace/config', 'nestrace/typeorm', 'nestrace/testing'];
       console.log(entries.map((entry) => Object.keys(require(entry)).length > 0).join());
       console.log(require('nestrace/package.json').name);`,
    );
    expect(names).toBe('true,true,true,true\nnestrace');
  });

  it('works without its optional peers', () => {
    const without = [
      'typeorm',
      '@nestjs/config',
      '@nestjs/testing',
      '@nestjs/typeorm',
      '@opentelemetry/exporter-prometheus',
      '@opentelemetry/sdk-metrics',
    ];
    const consumer = makeConsumer(packed, { without });
    expect(run(consumer, 'app.mjs', ESM)).toBe(EXPECTED);
  });

  it('keeps its inside closed', () => {
    const consumer = makeConsumer(packed);
    const code = `try { require('nestrace/dist/index.js'); } catch (error) { console.log(error.code); }`;
    expect(run(consumer, 'deep.cjs', code)).toBe('ERR_PACKAGE_PATH_NOT_EXPORTED');
  });

  it('says which package a propagator needs when it is missing', () => {
    const consumer = makeConsumer(packed, { without: ['@opentelemetry/propagator-b3'] });
    const code = `
      import 'reflect-metadata';
      import { NestFactory } from '@nestjs/core';
      import { OtelModule } from 'nestrace';
      const options = { logger: false, abortOnError: false };
      await NestFactory.createApplicationContext(
        OtelModule.forRoot({ exporters: 'none', propagators: ['b3'] }), options,
      ).catch((error) => console.log(error.message));`;
    expect(run(consumer, 'b3.mjs', code)).toContain('npm install @opentelemetry/propagator-b3');
  });

  it('says which package the endpoint for Prometheus needs when it is missing', () => {
    const consumer = makeConsumer(packed, { without: ['@opentelemetry/exporter-prometheus'] });
    const code = `
      import 'reflect-metadata';
      import { NestFactory } from '@nestjs/core';
      import { OtelModule } from 'nestrace';
      const options = { logger: false, abortOnError: false };
      await NestFactory.createApplicationContext(
        OtelModule.forRoot({ exporters: 'none', metrics: { prometheus: { port: 0 } } }), options,
      ).catch((error) => console.log(error.message));`;
    expect(run(consumer, 'prometheus.mjs', code)).toContain(
      'npm install @opentelemetry/exporter-prometheus',
    );
  });

  it('says which package an exporter needs when it was pruned away', () => {
    const consumer = makeConsumer(packed, { without: ['@grpc/grpc-js'] });
    const code = `
      import 'reflect-metadata';
      import { NestFactory } from '@nestjs/core';
      import { OtelModule } from 'nestrace';
      const options = { logger: false, abortOnError: false };
      await NestFactory.createApplicationContext(OtelModule.forRoot(), options)
        .catch((error) => console.log(error.message));`;
    expect(run(consumer, 'grpc.mjs', code)).toContain('npm install @grpc/grpc-js');
  });
});
