import { describe, expect, it } from 'vitest';
import { onlyProblem, refusal, resolve } from '../support/options.js';

const VARIABLES = [
  ['maxQueueSize', 'OTEL_BSP_MAX_QUEUE_SIZE'],
  ['scheduledDelayMs', 'OTEL_BSP_SCHEDULE_DELAY'],
  ['maxExportBatchSize', 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE'],
  ['exportTimeoutMs', 'OTEL_BSP_EXPORT_TIMEOUT'],
] as const;

describe('batch options', () => {
  it('have the defaults of the specification', () => {
    expect(resolve().batch).toEqual({
      maxQueueSize: 2048,
      scheduledDelayMs: 5000,
      maxExportBatchSize: 512,
      exportTimeoutMs: 30_000,
    });
  });

  it.each(VARIABLES)('%s comes from code, else from %s', (name, variable) => {
    const env = { [variable]: '100' };
    expect(resolve({}, env).batch[name]).toBe(100);
    expect(resolve({}, env).origins.get(`batch.${name}`)).toEqual({ source: 'env', variable });
    const options = resolve({ batch: { [name]: 50 } }, env);
    expect(options.batch[name]).toBe(50);
    expect(options.origins.get(`batch.${name}`)).toEqual({ source: 'code' });
  });

  it.each(VARIABLES)('%s ignores a bad %s and says so', (name, variable) => {
    for (const bad of ['-1', '1.5', 'many']) {
      const options = resolve({}, { [variable]: bad });
      expect(options.batch[name]).toBe(resolve().batch[name]);
      expect(options.warnings).toHaveLength(1);
      expect(options.warnings[0]).toContain(`${variable}='${bad}'`);
    }
  });

  it('may send at once, but never wait for a queue of nothing', () => {
    expect(resolve({ batch: { scheduledDelayMs: 0 } }).batch.scheduledDelayMs).toBe(0);
    expect(resolve({}, { OTEL_BSP_SCHEDULE_DELAY: '0' }).batch.scheduledDelayMs).toBe(0);
    const paths = refusal({
      batch: { maxQueueSize: 0, maxExportBatchSize: 0, exportTimeoutMs: 0 },
    }).problems.map(({ path }) => path);
    expect(paths).toEqual([
      'batch.maxQueueSize',
      'batch.maxExportBatchSize',
      'batch.exportTimeoutMs',
    ]);
  });

  it('makes the default batch fit into a small queue', () => {
    expect(resolve({ batch: { maxQueueSize: 100 } }).batch.maxExportBatchSize).toBe(100);
    expect(resolve({}, { OTEL_BSP_MAX_QUEUE_SIZE: '10' }).batch.maxExportBatchSize).toBe(10);
  });

  it('refuses a batch that is larger than its queue', () => {
    expect(onlyProblem({ batch: { maxQueueSize: 100, maxExportBatchSize: 101 } })).toEqual({
      path: 'batch.maxExportBatchSize',
      shown: '101',
      accepted: 'at most batch.maxQueueSize, which is 100',
    });
    expect(
      resolve({ batch: { maxQueueSize: 100, maxExportBatchSize: 100 } }).batch.maxExportBatchSize,
    ).toBe(100);
  });

  it('only warns about such a batch when the environment asks for it', () => {
    const options = resolve(
      { batch: { maxQueueSize: 100 } },
      { OTEL_BSP_MAX_EXPORT_BATCH_SIZE: '200' },
    );
    expect(options.warnings).toHaveLength(1);
    expect(options.warnings[0]).toContain("OTEL_BSP_MAX_EXPORT_BATCH_SIZE='200'");
    expect(options.warnings[0]).toContain('at most batch.maxQueueSize, which is 100');
  });

  it('lets no variable for the queue stop the start', () => {
    const env = { OTEL_BSP_MAX_QUEUE_SIZE: '100' };
    const { batch, warnings } = resolve({ batch: { maxExportBatchSize: 512 } }, env);
    expect(batch.maxQueueSize).toBe(100);
    expect(warnings).toEqual([
      'OTEL_BSP_MAX_QUEUE_SIZE=100 is less than batch.maxExportBatchSize, which is 512: no more ' +
        'than 100 spans are exported at once.',
    ]);
  });
});
