import 'reflect-metadata';
import { Inject, Injectable } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { Tracer, TracerProvider } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { OTEL_TRACER, OTEL_TRACER_PROVIDER } from '../../../../libs/nestrace/src/config/tokens.js';
import {
  getTracerToken,
  InjectTracer,
  namedTracerProviders,
} from '../../../../libs/nestrace/src/edges/manual/inject-tracer.decorator.js';

@Injectable()
class Billing {
  @InjectTracer('billing-property')
  readonly property!: Tracer;

  constructor(
    @InjectTracer() readonly own: Tracer,
    @InjectTracer('billing') readonly named: Tracer,
    @Inject(getTracerToken('billing')) readonly again: Tracer,
  ) {}
}

const asked: string[] = [];
const provider = {
  getTracer: (name: string) => {
    asked.push(name);
    return { name } as unknown as Tracer;
  },
} satisfies TracerProvider;

describe('@InjectTracer()', () => {
  it('hands out one tracer for each name that was asked for', async () => {
    const own = { name: 'nestrace' } as unknown as Tracer;
    const module = await Test.createTestingModule({
      providers: [
        Billing,
        { provide: OTEL_TRACER, useValue: own },
        { provide: OTEL_TRACER_PROVIDER, useValue: provider },
        ...namedTracerProviders(),
      ],
    }).compile();
    const billing = module.get(Billing);
    expect(billing.own).toBe(own);
    expect(billing.named).toMatchObject({ name: 'billing' });
    expect(billing.again).toBe(billing.named);
    expect(billing.property).toMatchObject({ name: 'billing-property' });
    expect(asked.toSorted()).toEqual(['billing', 'billing-property']);
  });

  it('has the same token for the same name', () => {
    expect(getTracerToken()).toBe(OTEL_TRACER);
    expect(getTracerToken('billing')).toBe(getTracerToken('billing'));
    expect(getTracerToken('billing')).not.toBe(getTracerToken('shipping'));
  });
});
