import 'reflect-metadata';
import type { ExecutionContext } from '@nestjs/common';
import type { ModulesContainer } from '@nestjs/core';
import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Executions } from '../../../../libs/nestrace/src/edges/incoming/executions.js';
import { isLeftOut } from '../../../../libs/nestrace/src/pipeline/left-out.js';
import { mark, UNTRACED } from '../../../../libs/nestrace/src/pipeline/methods/markers.js';
import type { TelemetryLifecycle } from '../../../../libs/nestrace/src/pipeline/telemetry-lifecycle.js';
import { startTracing, type Tracing } from '../../support/tracing.js';

class Handlers {}
class Gateway {}

let tracing: Tracing;

beforeEach(() => {
  tracing = startTracing();
});
afterEach(() => {
  tracing.stop();
});

const module = {
  controllers: new Map([['handlers', { metatype: Handlers }]]),
  providers: new Map([['gateway', { metatype: Gateway }]]),
};

function executions(usesForeignProvider = false): Executions {
  const lifecycle = { telemetry: tracing.telemetry, usesForeignProvider };
  return new Executions(
    lifecycle as unknown as TelemetryLifecycle,
    new Map([['module', module]]) as unknown as ModulesContainer,
  );
}

function execution(type: string, handler: object = () => {}): ExecutionContext {
  const info = {
    fieldName: 'book',
    parentType: { name: 'Query' },
    operation: { operation: 'query' },
  };
  return {
    getType: () => type,
    getClass: () => Handlers,
    getHandler: () => handler,
    getArgByIndex: () => info,
    switchToWs: () => ({ getPattern: () => 'chat' }),
  } as unknown as ExecutionContext;
}

/** The parent of what is begun while a span is active. */
function parentOf(type: string, foreign = false): string | undefined {
  const outer = tracing.tracer.startSpan('outer');
  context.with(trace.setSpan(ROOT_CONTEXT, outer), () => {
    executions(foreign).begin(execution(type))?.end();
  });
  outer.end();
  return tracing.spans.spans().find(({ name }) => name !== 'outer')?.parentSpanId === undefined
    ? undefined
    : 'outer';
}

describe('executions', () => {
  it.each([Handlers, Gateway])('are served for the classes of the application: %o', (owner) => {
    const served = executions();
    expect(served.serves(owner)).toBe(true);
    expect(served.serves(owner)).toBe(true);
    expect(served.serves(class {})).toBe(false);
  });

  it.each([
    ['rpc', false, undefined],
    ['ws', false, undefined],
    // Another SDK may have opened a span for the message.
    ['rpc', true, 'outer'],
    ['graphql', false, 'outer'],
  ])('of %s (another SDK: %s) begin below %s', (type, foreign, parent) => {
    expect(parentOf(type, foreign)).toBe(parent);
  });

  it.each(['http', 'telegraf'])('of %s are none of theirs', (type) => {
    expect(executions().begin(execution(type))).toBeUndefined();
  });

  it('with @NoTrace() run where nothing is recorded', () => {
    const handler = (): void => {};
    mark(handler, UNTRACED);
    const begun = executions().begin(execution('rpc', handler));
    const span = begun && trace.getSpan(begun.context);
    expect(span && isLeftOut(span)).toBe(true);
    expect(tracing.spans.openSpans()).toEqual([]);
  });
});
