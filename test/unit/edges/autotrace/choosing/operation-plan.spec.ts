import 'reflect-metadata';
import { SpanKind } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { NotFoundException } from '@nestjs/common';
import { planFor } from '../../../../../libs/nestrace/src/edges/autotrace/choosing/automatic-plan.js';
import {
  listenerPlan,
  rootPlan,
} from '../../../../../libs/nestrace/src/edges/autotrace/choosing/operation-plan.js';
import { expectTrace } from '../../../../../libs/nestrace/src/testing/expect-trace.js';
import { call } from '../../../support/method-plan.js';
import { startTracing, type Tracing } from '../../../support/tracing.js';

class Jobs {
  run(): void {}
  listen(): void {}
}
const { run, listen } = Jobs.prototype;
Reflect.defineMetadata('SCHEDULER_TYPE', 3, run);
Reflect.defineMetadata('SCHEDULE_INTERVAL_OPTIONS', { timeout: 10 }, run);
Reflect.defineMetadata('EVENT_LISTENER_METADATA', [{ event: 'paid' }], listen);

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

describe('the plan of a job', () => {
  const plan = planFor('handler', Jobs, 'run', 'JobsModule');

  it('is an operation that is never left out', () => {
    expect(rootPlan(plan, run, 'interval', tracing.telemetry)).toMatchObject({
      name: 'Jobs.run',
      kind: SpanKind.INTERNAL,
      isAutomatic: false,
      telemetry: tracing.telemetry,
      attributes: {
        'nest.type': 'operation',
        'nest.module': 'JobsModule',
        'code.function.name': 'Jobs.run',
        'nest.operation.trigger': 'interval',
        'nest.operation.schedule': '10 ms',
      },
    });
  });

  it('has no trigger where nothing has triggered it', () => {
    const { attributes } = rootPlan(plan, run, undefined, tracing.telemetry);
    expect(attributes).not.toHaveProperty('nest.operation.trigger');
  });

  it('is left alone inside of a trace', () => {
    expect(listenerPlan(plan, run)).toBe(plan);
  });

  it('makes a failure of an HttpException', () => {
    const failing = rootPlan(plan, run, 'interval', tracing.telemetry);
    expect(() =>
      call(() => {
        throw new NotFoundException('gone');
      }, failing),
    ).toThrow('gone');
    expectTrace(tracing.spans.spans(), {
      name: 'Jobs.run',
      status: 'ERROR',
      statusMessage: 'gone',
      exceptions: ['NotFoundException'],
    });
  });
});

describe('the plan of a listener', () => {
  const plan = planFor('handler', Jobs, 'listen', undefined);

  it.each([
    ['inside of a trace', () => listenerPlan(plan, listen)],
    ['outside', () => rootPlan(plan, listen, undefined, tracing.telemetry)],
  ])('is that of an event, %s', (_, create) => {
    expect(create().attributes).toMatchObject({
      'nest.type': 'operation',
      'nest.operation.trigger': 'event',
      'nest.operation.name': 'paid',
    });
  });
});
