import 'reflect-metadata';
import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_NEST_OPERATION_NAME,
  ATTR_NEST_OPERATION_SCHEDULE,
} from '../../../pipeline/attributes.js';

/** What runs a method without any request: a scheduler or an event. */
export type OperationTrigger = 'cron' | 'interval' | 'timeout' | 'event';

/** Metadata keys of `@nestjs/schedule` and `@nestjs/event-emitter`, which may not be installed. */
const SCHEDULER_TYPE = 'SCHEDULER_TYPE';
const SCHEDULER_NAME = 'SCHEDULER_NAME';
const CRON_OPTIONS = 'SCHEDULE_CRON_OPTIONS';
const INTERVAL_OPTIONS = 'SCHEDULE_INTERVAL_OPTIONS';
const TIMEOUT_OPTIONS = 'SCHEDULE_TIMEOUT_OPTIONS';
const LISTENER = 'EVENT_LISTENER_METADATA';

/** Whether a scheduler calls this method. */
export function isJob(method: object): boolean {
  return Reflect.hasMetadata(SCHEDULER_TYPE, method);
}

/** Whether events call this method. */
export function isListener(method: object): boolean {
  return Reflect.hasMetadata(LISTENER, method);
}

/** The name a job has in the scheduler, and when it is to run. */
export function describeJob(method: object): Attributes {
  const name: unknown = Reflect.getMetadata(SCHEDULER_NAME, method);
  const schedule = scheduleOf(method);
  return {
    ...(typeof name === 'string' && { [ATTR_NEST_OPERATION_NAME]: name }),
    ...(schedule !== undefined && { [ATTR_NEST_OPERATION_SCHEDULE]: schedule }),
  };
}

/** A cron expression as it was given, or the milliseconds of an interval or timeout. */
function scheduleOf(method: object): string | undefined {
  const cron = Reflect.getMetadata(CRON_OPTIONS, method) as { cronTime?: unknown } | undefined;
  if (cron?.cronTime instanceof Date) return dateText(cron.cronTime);
  if (typeof cron?.cronTime === 'string') return cron.cronTime;
  const timer = (Reflect.getMetadata(INTERVAL_OPTIONS, method) ??
    Reflect.getMetadata(TIMEOUT_OPTIONS, method)) as { timeout?: unknown } | undefined;
  return typeof timer?.timeout === 'number' ? `${timer.timeout} ms` : undefined;
}

function dateText(date: Date): string | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString();
}

/** The events a method listens to. Which of them it was, the method is not told. */
export function describeListener(method: object): Attributes {
  const found: unknown = Reflect.getMetadata(LISTENER, method);
  const events = (Array.isArray(found) ? (found as unknown[]) : [found]).map(
    (one) => (one as { event?: unknown } | undefined)?.event,
  );
  const names = events.map(eventText).filter((name) => name !== '');
  return names.length === 0 ? {} : { [ATTR_NEST_OPERATION_NAME]: names.join(', ') };
}

/** An event is a text, a symbol, or a list of them: the parts of its name. */
function eventText(event: unknown): string {
  if (Array.isArray(event)) return event.map(eventText).join('.');
  if (typeof event === 'symbol') return event.description ?? '';
  return typeof event === 'string' ? event : '';
}
