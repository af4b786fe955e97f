import { context } from '@opentelemetry/api';
import type { SpanExporter } from '@opentelemetry/sdk-trace';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { useStorageContextManager } from '../../../../../libs/nestrace/src/pipeline/active-context.js';
import { Delivery } from '../../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ExportError } from '../../../../../libs/nestrace/src/pipeline/exporters/export.error.js';
import { ObservedExporter } from '../../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import type { DoctorCheck } from '../../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import {
  Doctor,
  type DoctorFacts,
} from '../../../../../libs/nestrace/src/sinks/panel/status/doctor.js';
import { ListLog } from '../../../support/list-log.js';
import { resolve } from '../../../support/options.js';

const silent: SpanExporter = { export: () => {}, shutdown: () => Promise.resolve() };

describe('Doctor', () => {
  beforeEach(() => {
    useStorageContextManager();
  });
  afterEach(() => {
    context.disable();
  });

  function examine(facts: Partial<DoctorFacts> = {}): Map<string, DoctorCheck> {
    const checks = new Doctor().examine({
      options: resolve(),
      usesForeignProvider: false,
      exporters: [],
      startedSpans: 1,
      ...facts,
    });
    return new Map(checks.map((check) => [check.id, check]));
  }

  it('finds nothing where nothing is wrong', () => {
    const checks = examine();
    expect(
      [...checks.values()].filter(({ status }) => status === 'fail' || status === 'warn'),
    ).toEqual([]);
    expect(checks.get('provider')?.status).toBe('ok');
    expect(examine({ startedSpans: 0 }).get('provider')?.status).toBe('info');
  });

  it('misses a context manager', () => {
    context.disable();
    expect(examine().get('context')).toMatchObject({ status: 'fail' });
  });

  it('names another SDK that is in charge', () => {
    expect(examine({ usesForeignProvider: true }).get('provider')).toMatchObject({
      status: 'warn',
    });
  });

  it('says how much the sampler leaves out, and who decided that', () => {
    const bySampling = (options: object, env = {}): DoctorCheck | undefined =>
      examine({ options: resolve(options, env) }).get('sampling');
    expect(bySampling({ sampling: { ratio: 0.1 } })).toMatchObject({
      status: 'warn',
      text: '90 % of the traces that start here are not exported, but for what sampling.keep keeps.',
      remedy: 'The option is sampling.ratio.',
    });
    expect(bySampling({}, { OTEL_SAMPLING_RATIO: '0.25' })?.remedy).toBe(
      'The variable OTEL_SAMPLING_RATIO says so.',
    );
    expect(
      bySampling({ sampling: { strategy: 'never' }, panel: { recordUnsampled: false } }),
    ).toMatchObject({
      text: '100 % of the traces that start here are not exported. They are not shown here either.',
    });
    const sampler = { shouldSample: () => ({ decision: 0 }), toString: () => 'Mine' };
    expect(bySampling({ sampling: { sampler } })?.text).toContain('Mine');
  });

  it('knows that rules and endings decide, too', () => {
    const textOf = (sampling: object): unknown =>
      examine({ options: resolve({ sampling }) }).get('sampling')?.text;
    const rules = [{ match: '/a', ratio: 0.5 }];
    expect(textOf({ ratio: 1, rules })).toBe(
      'Every trace that starts here is exported, but for what sampling.rules say.',
    );
    expect(textOf({ ratio: 0.1, rules })).toBe(
      '90 % of the traces that start here are not exported, but for what sampling.rules say and ' +
        'what sampling.keep keeps.',
    );
    expect(textOf({ ratio: 0.1, keep: false, rules })).toBe(
      '90 % of the traces that start here are not exported, but for what sampling.rules say.',
    );
  });

  it('says what is turned off', () => {
    const options = resolve({ typeorm: false, outgoing: false });
    expect(examine({ options }).get('edges')?.text).toBe('Turned off: outgoing, typeorm.');
  });

  it('says how each exporter fares', () => {
    const [idle, fine, failing] = ['a', 'b', 'c'].map(
      (label) => new ObservedExporter(silent, new Delivery(label, new ListLog()), 1000),
    ) as [ObservedExporter, ObservedExporter, ObservedExporter];
    fine.delivery.succeeded(1, 1);
    failing.delivery.failedWith(new ExportError('refused', { code: 'ECONNREFUSED' }), 1, 1);
    const checks = examine({ exporters: [idle, fine, failing] });
    expect(checks.get('exporter-0')?.status).toBe('info');
    expect(checks.get('exporter-1')?.status).toBe('ok');
    expect(checks.get('exporter-2')).toEqual({
      id: 'exporter-2',
      status: 'fail',
      text: 'c fails: refused.',
      remedy: 'Nothing listens there. Is the collector or Jaeger running?',
    });
    expect(examine().get('exporters')?.status).toBe('info');
    expect(examine({ usesForeignProvider: true }).has('exporters')).toBe(false);
  });

  it('repeats what was wrong with the environment', () => {
    const options = resolve({}, { OTEL_SAMPLING_RATIO: 'lots' });
    expect(examine({ options }).get('option-0')?.text).toContain('OTEL_SAMPLING_RATIO');
  });
});
