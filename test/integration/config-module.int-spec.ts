import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Module, type DynamicModule, type INestApplicationContext } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import type { Resource } from '@opentelemetry/resources';
import {
  OTEL_OPTIONS,
  OTEL_RESOURCE,
  OtelConfigError,
  OtelModule,
  type ResolvedOtelOptions,
} from 'nestrace';
import { otelConfig } from 'nestrace/config';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

type Import = DynamicModule | Promise<DynamicModule>;

describe('with @nestjs/config', () => {
  let directory: string;
  let envFilePath: string;
  let environment: NodeJS.ProcessEnv;
  let context: INestApplicationContext | undefined;

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'nestrace-env-'));
    envFilePath = join(directory, '.env');
    environment = { ...process.env };
  });
  afterEach(async () => {
    await context?.close();
    context = undefined;
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, environment);
    rmSync(directory, { recursive: true });
  });

  function writeEnv(lines: Record<string, string>): void {
    const text = Object.entries(lines).map(([name, value]) => `${name}=${value}`);
    writeFileSync(envFilePath, text.join('\n'));
  }

  async function boot(...imports: Import[]): Promise<ResolvedOtelOptions> {
    @Module({ imports })
    class AppModule {}
    context = await NestFactory.createApplicationContext(AppModule, {
      logger: false,
      abortOnError: false,
    });
    return context.get<ResolvedOtelOptions>(OTEL_OPTIONS);
  }

  const FILE = {
    OTEL_SERVICE_NAME: 'from-file',
    OTEL_TRACES_EXPORTER: 'none',
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0',
  };

  describe.each([
    ['before', (otel: Import, config: Import) => [config, otel]],
    ['after', (otel: Import, config: Import) => [otel, config]],
  ])('imported %s OtelModule', (_, order) => {
    it('lets OtelModule.forRoot() honour the .env file', async () => {
      writeEnv(FILE);
      const options = await boot(
        ...order(OtelModule.forRoot(), ConfigModule.forRoot({ envFilePath })),
      );
      expect(options.service.name).toBe('from-file');
      expect(options.exporters).toEqual([]);
      expect(options.sampling).toMatchObject({ strategy: 'ratio', ratio: 0 });
      expect(options.origins.get('service.name')).toEqual({
        source: 'env',
        variable: 'OTEL_SERVICE_NAME',
      });
      const resource = context?.get<Resource>(OTEL_RESOURCE);
      expect(resource?.attributes['service.name']).toBe('from-file');
    });

    it('lets otelConfig.asProvider() carry the .env file', async () => {
      writeEnv(FILE);
      const options = await boot(
        ...order(
          OtelModule.forRootAsync(otelConfig.asProvider()),
          ConfigModule.forRoot({ envFilePath }),
        ),
      );
      expect(options.service.name).toBe('from-file');
      expect(options.exporters).toEqual([]);
      expect(options.origins.get('exporters')).toEqual({
        source: 'env',
        variable: 'OTEL_TRACES_EXPORTER',
      });
    });
  });

  it.each([
    ['OtelModule.forRoot()', () => OtelModule.forRoot()],
    ['otelConfig', () => OtelModule.forRootAsync(otelConfig.asProvider())],
  ])('reads the configuration file the .env file names, with %s', async (_by, otel) => {
    const configFile = join(directory, 'otel.yaml');
    writeFileSync(configFile, 'tracing:\n  service: { name: from-yaml, version: "${VERSION}" }\n');
    writeEnv({ OTEL_CONFIG_FILE: configFile, VERSION: '1.10', OTEL_TRACES_EXPORTER: 'none' });
    const options = await boot(ConfigModule.forRoot({ envFilePath }), otel());
    expect(options.service).toMatchObject({ name: 'from-yaml', version: '1.10' });
    expect(options.exporters).toEqual([]);
    expect(options.origins.get('service.name')).toMatchObject({ source: 'file', line: 2 });
    expect(options.origins.get('configFile')?.variable).toBe('OTEL_CONFIG_FILE');
  });

  it('prefers the real environment to the .env file, and code to both', async () => {
    writeEnv({ ...FILE, OTEL_ENVIRONMENT: 'file' });
    process.env['OTEL_SERVICE_NAME'] = 'from-process';
    const options = await boot(
      ConfigModule.forRoot({ envFilePath }),
      OtelModule.forRoot({ environment: 'code' }),
    );
    expect(options.service.name).toBe('from-process');
    expect(options.environment).toBe('code');
    expect(options.origins.get('environment')).toEqual({ source: 'code' });
  });

  it('lets a factory build on what the environment says', async () => {
    writeEnv(FILE);
    const options = await boot(
      ConfigModule.forRoot({ envFilePath, load: [otelConfig], isGlobal: true }),
      OtelModule.forRootAsync({
        inject: [otelConfig.KEY],
        useFactory: (config: ConfigType<typeof otelConfig>) => ({
          ...config,
          service: { ...config.service, version: '7' },
          sampling: { ...config.sampling, ratio: 0.5 },
        }),
      }),
    );
    expect(options.service).toMatchObject({ name: 'from-file', version: '7' });
    expect(options.sampling).toMatchObject({ strategy: 'ratio', ratio: 0.5 });
    const origins = ['service.name', 'service.version', 'sampling.strategy', 'sampling.ratio'];
    expect(origins.map((path) => options.origins.get(path)?.source)).toEqual([
      'env',
      'code',
      'env',
      'code',
    ]);
  });

  it('switches tracing off from the .env file', async () => {
    writeEnv({ OTEL_SDK_DISABLED: 'true' });
    const options = await boot(ConfigModule.forRoot({ envFilePath }), OtelModule.forRoot());
    expect(options.enabled).toBe(false);
  });

  it('starts with a bad variable in the .env file and keeps a warning for the log', async () => {
    writeEnv({ ...FILE, OTEL_BSP_SCHEDULE_DELAY: 'soon' });
    const options = await boot(ConfigModule.forRoot({ envFilePath }), OtelModule.forRoot());
    expect(options.batch.scheduledDelayMs).toBe(5000);
    expect(options.warnings).toEqual([expect.stringContaining("OTEL_BSP_SCHEDULE_DELAY='soon'")]);
  });

  it('does not start with bad options, and tells all of them in one error', async () => {
    writeEnv(FILE);
    const started = boot(
      ConfigModule.forRoot({ envFilePath }),
      OtelModule.forRoot({
        sampling: { ratio: 2 },
        batch: { maxQueueSize: 0 },
        ...({ exporter: 'otlp' } as object),
      }),
    );
    const error = await started.then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(OtelConfigError);
    expect((error as OtelConfigError).problems.map(({ path }) => path)).toEqual([
      'exporter',
      'batch.maxQueueSize',
      'sampling.ratio',
    ]);
  });

  it('does not start with bad options from a factory either', async () => {
    const started = boot(
      OtelModule.forRootAsync({ useFactory: () => ({ sampling: { ratio: -1 } }) }),
    );
    await expect(started).rejects.toThrow(/^1 option is not valid[^]*sampling\.ratio = -1/);
    await expect(started).rejects.toBeInstanceOf(OtelConfigError);
  });
});
