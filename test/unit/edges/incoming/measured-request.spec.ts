import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';
import {
  ROOT_CONTEXT,
  trace,
  type Attributes,
  type Context,
  type Histogram,
} from '@opentelemetry/api';
import { beforeEach, describe, expect, it } from 'vitest';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import {
  MeasuredRequest,
  measuredRequestOf,
} from '../../../../libs/nestrace/src/edges/incoming/measured-request.js';
import type { RawRequest } from '../../../../libs/nestrace/src/edges/incoming/request-attributes.js';
import { startTracing } from '../../support/tracing.js';

interface Recorded {
  readonly value: number;
  readonly attributes: Attributes;
  readonly active: Context | undefined;
}

describe('MeasuredRequest', () => {
  let recorded: Recorded[];
  let histogram: Histogram;
  const sent = { headersSent: true, statusCode: 200 } as ServerResponse;

  beforeEach(() => {
    recorded = [];
    histogram = {
      record: (value, attributes = {}, active) => recorded.push({ value, attributes, active }),
    };
  });

  function request(given: object = {}): RawRequest {
    return { method: 'GET', httpVersion: '1.1', socket: {}, ...given } as RawRequest;
  }

  it('is known in the context of a request without a span', () => {
    const response = Object.assign(new EventEmitter(), sent, { writableEnded: true, req: {} });
    const measured = new MeasuredRequest(request(), histogram);
    const active = measured.follow(response, ROOT_CONTEXT);
    expect(measuredRequestOf(ROOT_CONTEXT)).toBeUndefined();
    expect(measuredRequestOf(active)).toBe(measured);
    measured.route = '/orders/:id';
    response.emit('finish');
    response.emit('close');
    expect(recorded).toEqual([
      {
        value: expect.any(Number) as number,
        attributes: {
          'http.request.method': 'GET',
          'url.scheme': 'http',
          'network.protocol.version': '1.1',
          'http.route': '/orders/:id',
          'http.response.status_code': 200,
        },
        active,
      },
    ]);
    expect(recorded[0]?.value).toBeGreaterThan(0);
  });

  it('has read the request when it came, since middleware may change it', () => {
    const raw = request({ httpVersion: '2.0', socket: { encrypted: true } });
    const measured = new MeasuredRequest(raw, histogram);
    Object.assign(raw, { method: 'DELETE', socket: undefined });
    measured.ended(sent, undefined, ROOT_CONTEXT);
    expect(recorded[0]?.attributes).toMatchObject({
      'http.request.method': 'GET',
      'url.scheme': 'https',
      'network.protocol.version': '2',
    });
  });

  it('takes the time of a span that has ended', () => {
    const tracing = startTracing();
    const span = tracing.tracer.startSpan('GET', { startTime: [1_700_000_000, 0] }, ROOT_CONTEXT);
    span.end([1_700_000_002, 500_000_000]);
    const active = trace.setSpan(ROOT_CONTEXT, span);
    new MeasuredRequest(request(), histogram).ended(sent, undefined, active, span);
    expect(recorded[0]?.value).toBeCloseTo(2.5, 9);
    tracing.stop();
  });

  it('tells no status that was not sent', () => {
    const unsent = { headersSent: false, statusCode: 200 } as ServerResponse;
    new MeasuredRequest(request(), histogram).ended(unsent, 'client_aborted', ROOT_CONTEXT);
    expect(recorded[0]?.attributes).toMatchObject({ 'error.type': 'client_aborted' });
    expect(recorded[0]?.attributes).not.toHaveProperty('http.response.status_code');
  });

  it('harms nobody when the histogram throws', () => {
    const before = failureCounts().get('metrics') ?? 0;
    const broken: Histogram = {
      record: () => {
        throw new Error('full');
      },
    };
    new MeasuredRequest(request(), broken).ended(sent, undefined, ROOT_CONTEXT);
    expect(failureCounts().get('metrics')).toBe(before + 1);
  });
});
