import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  isScheduler,
  triggerIn,
  watchScheduler,
} from '../../../../../libs/nestrace/src/edges/autotrace/entries/scheduler-hooks.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

type Job = (...args: unknown[]) => unknown;

/** Takes jobs as the class of `@nestjs/schedule` does. */
class SchedulerOrchestrator {
  readonly jobs: { readonly run: Job; readonly options: unknown }[] = [];

  addCron(run: Job, options: unknown): void {
    this.jobs.push({ run, options });
  }

  addInterval(run: Job, timeout: number, name?: string): void {
    this.jobs.push({ run, options: [timeout, name] });
  }
}

let tracing: Tracing;
let stop: () => void;

beforeEach(() => {
  tracing = startTracing();
  stop = watchScheduler(SchedulerOrchestrator);
});
afterEach(() => {
  stop();
  tracing.stop();
});

const where = () => ({
  span: trace.getSpan(context.active()),
  trigger: triggerIn(context.active()),
});

describe('a watched scheduler', () => {
  it('is known by its name', () => {
    expect(isScheduler(SchedulerOrchestrator)).toBe(true);
    expect(isScheduler(Map)).toBe(false);
  });

  it('runs its jobs outside of all traces, and tells what has started them', () => {
    const scheduler = new SchedulerOrchestrator();
    scheduler.addCron(where, {});
    scheduler.addInterval(where, 10);
    const active = trace.setSpan(ROOT_CONTEXT, tracing.tracer.startSpan('of another'));
    const seen = context.with(active, () => scheduler.jobs.map(({ run }) => run()));
    expect(seen).toEqual([
      { span: undefined, trigger: 'cron' },
      { span: undefined, trigger: 'interval' },
    ]);
    expect(triggerIn(ROOT_CONTEXT)).toBeUndefined();
  });

  it('gets everything else as it came', () => {
    const scheduler = new SchedulerOrchestrator();
    const options = { cronTime: '* * * * *' };
    const job = function (this: unknown, ...args: unknown[]): unknown {
      return [this, args];
    };
    scheduler.addCron(job, options);
    scheduler.addCron('a command' as never, options);
    scheduler.addInterval(job, 10, 'named');
    const [cron, command, interval] = scheduler.jobs;
    expect(cron?.options).toBe(options);
    expect(command?.run).toBe('a command');
    expect(interval?.options).toEqual([10, 'named']);
    expect(cron?.run.call(options, 1, 2)).toEqual([options, [1, 2]]);
  });

  it('is let alone when nobody watches it any more', () => {
    const { addCron } = SchedulerOrchestrator.prototype;
    const another = watchScheduler(SchedulerOrchestrator);
    expect(SchedulerOrchestrator.prototype.addCron).toBe(addCron);
    another();
    stop();
    expect(SchedulerOrchestrator.prototype.addCron).not.toBe(addCron);
    const scheduler = new SchedulerOrchestrator();
    scheduler.addCron(where, {});
    expect(scheduler.jobs[0]?.run).toBe(where);
    stop = watchScheduler(SchedulerOrchestrator);
  });
});
