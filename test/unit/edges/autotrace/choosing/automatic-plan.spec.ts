import { NotFoundException } from '@nestjs/common';
import { SpanKind, type Span } from '@opentelemetry/api';
import { of } from 'rxjs';
import { describe, expect, it, vi } from 'vitest';
import {
  functionPlan,
  planFor,
} from '../../../../../libs/nestrace/src/edges/autotrace/choosing/automatic-plan.js';
import { callInterceptor } from '../../../../../libs/nestrace/src/edges/autotrace/calls/call-interceptor.js';
import { callMiddleware } from '../../../../../libs/nestrace/src/edges/autotrace/calls/call-middleware.js';
import { SpanAttribute } from '../../../../../libs/nestrace/src/edges/manual/span-attribute.decorator.js';
import { callTraced } from '../../../../../libs/nestrace/src/pipeline/methods/traced-call.js';

class Orders {
  find(@SpanAttribute('order.id') _id: string): void {}
}

describe('planFor', () => {
  it('tells the class, the method and the module', () => {
    expect(planFor('provider', Orders, 'list', 'OrdersModule')).toMatchObject({
      name: 'Orders.list',
      kind: SpanKind.INTERNAL,
      isAutomatic: true,
      root: false,
      call: callTraced,
      attributes: {
        'nest.type': 'provider',
        'code.function.name': 'Orders.list',
        'nest.module': 'OrdersModule',
      },
    });
  });

  it('leaves out a module that is not known', () => {
    const { attributes } = planFor('handler', Orders, 'list', undefined);
    expect(Object.keys(attributes)).toEqual(['nest.type', 'code.function.name']);
  });

  it('names methods whose names are symbols', () => {
    expect(planFor('provider', Orders, Symbol('send'), undefined).name).toBe('Orders[send]');
    expect(planFor('provider', Orders, Symbol(), undefined).name).toBe('Orders[]');
  });

  it('describes arguments with @SpanAttribute()', () => {
    const { describe: describeCall } = planFor('handler', Orders, 'find', undefined);
    expect(describeCall?.(['7'])).toEqual({ 'order.id': '7' });
    expect(planFor('handler', Orders, 'list', undefined).describe).toBeUndefined();
  });

  it.each([
    ['interceptor', callInterceptor],
    ['middleware', callMiddleware],
    ['filter', callTraced],
    ['guard', callTraced],
    ['pipe', callTraced],
  ] as const)('knows how a %s is called', (type, call) => {
    expect(functionPlan(type, 'name', undefined).call).toBe(call);
  });
});

describe('the plan of a guard', () => {
  const plan = planFor('guard', Orders, 'canActivate', undefined);
  const outcomeOf = (tell: (span: Span) => void): unknown => {
    const setAttribute = vi.fn<(key: string, value: unknown) => void>();
    tell({ setAttribute } as unknown as Span);
    return setAttribute.mock.calls.at(0)?.[1];
  };

  it.each([
    [true, 'allow'],
    ['yes', 'allow'],
    [false, 'deny'],
    [undefined, 'deny'],
  ])('takes %s for "%s"', (result, outcome) => {
    expect(outcomeOf((span) => plan.onResult?.(result, span))).toBe(outcome);
  });

  it('does not take for an answer what is still to decide', () => {
    expect(outcomeOf((span) => plan.onResult?.(of(false), span))).toBeUndefined();
    // oxlint-disable-next-line unicorn/no-thenable -- as the promise of a library
    const later = { then: () => {} };
    expect(outcomeOf((span) => plan.onResult?.(later, span))).toBeUndefined();
  });

  it('tells that it threw', () => {
    expect(outcomeOf((span) => plan.onError?.(new Error('no'), span))).toBe('throw');
  });

  it('takes the last of several values', () => {
    expect(plan.lastValueIsResult).toBe(true);
  });
});

describe('the plan of a pipe', () => {
  const { describe: describeCall } = planFor('pipe', Orders, 'transform', undefined);

  it.each([
    [
      { type: 'param', data: 'id' },
      { 'nest.pipe.source': 'param', 'nest.pipe.argument': 'id' },
    ],
    [{ type: 'body', data: undefined }, { 'nest.pipe.source': 'body' }],
    [{ type: 'custom', data: { some: 'object' } }, { 'nest.pipe.source': 'custom' }],
    [undefined, {}],
    [null, {}],
  ])('tells what it is applied to: %j', (metadata, expected) => {
    expect(describeCall?.(['value', metadata])).toEqual(expected);
  });
});

describe('the plan of a filter', () => {
  it('tells what it catches', () => {
    const { describe: describeCall } = planFor('filter', Orders, 'catch', undefined);
    expect(describeCall?.([new NotFoundException()])).toEqual({
      'exception.type': 'NotFoundException',
    });
  });
});
