import 'reflect-metadata';
import { describe, expect, it } from 'vitest';
import {
  describeJob,
  describeListener,
  isJob,
  isListener,
} from '../../../../../libs/nestrace/src/edges/autotrace/finding/operation-metadata.js';

/** A method as the decorators of Nest leave it. */
function methodWith(metadata: Readonly<Record<string, unknown>> = {}): object {
  const method = function run(): void {};
  for (const [key, value] of Object.entries(metadata)) Reflect.defineMetadata(key, value, method);
  return method;
}

describe('the metadata of operations', () => {
  it('tells jobs and listeners from other methods', () => {
    expect(isJob(methodWith({ SCHEDULER_TYPE: 1 }))).toBe(true);
    expect(isListener(methodWith({ EVENT_LISTENER_METADATA: [{ event: 'paid' }] }))).toBe(true);
    expect(isJob(methodWith({ EVENT_LISTENER_METADATA: [] }))).toBe(false);
    expect(isListener(methodWith({ path: '/' }))).toBe(false);
  });

  it.each([
    [{ SCHEDULE_CRON_OPTIONS: { cronTime: '*/5 * * * *' } }, '*/5 * * * *'],
    [{ SCHEDULE_CRON_OPTIONS: { cronTime: new Date(0) } }, '1970-01-01T00:00:00.000Z'],
    [{ SCHEDULE_CRON_OPTIONS: { cronTime: new Date(Number.NaN) } }, undefined],
    [{ SCHEDULE_CRON_OPTIONS: { cronTime: { toISO: () => 'luxon' } } }, undefined],
    [{ SCHEDULE_INTERVAL_OPTIONS: { timeout: 5000 } }, '5000 ms'],
    [{ SCHEDULE_TIMEOUT_OPTIONS: { timeout: 0 } }, '0 ms'],
    [{ SCHEDULE_TIMEOUT_OPTIONS: {} }, undefined],
    [{}, undefined],
  ])('tells when a job runs: %j', (metadata, schedule) => {
    expect(describeJob(methodWith(metadata))['nest.operation.schedule']).toBe(schedule);
  });

  it('tells the name of a job that has one', () => {
    expect(describeJob(methodWith({ SCHEDULER_NAME: 'nightly' }))).toEqual({
      'nest.operation.name': 'nightly',
    });
    expect(describeJob(methodWith({ SCHEDULER_NAME: undefined }))).toEqual({});
  });

  it.each([
    [[{ event: 'order.created' }], 'order.created'],
    [[{ event: 'paid' }, { event: 'refunded' }], 'paid, refunded'],
    [[{ event: ['order', '*'] }], 'order.*'],
    [[{ event: Symbol('shipped') }], 'shipped'],
    [{ event: 'as one' }, 'as one'],
    // oxlint-disable-next-line symbol-description -- one that has no name
    [[{ event: Symbol() }], undefined],
    [[{}, undefined, { event: 7 }], undefined],
    [undefined, undefined],
  ])('tells the events of a listener: %o', (listener, name) => {
    const method = methodWith({ EVENT_LISTENER_METADATA: listener });
    expect(describeListener(method)['nest.operation.name']).toBe(name);
  });
});
