import { SpanKind } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  samplingRoot,
  type RootStart,
} from '../../../../libs/nestrace/src/pipeline/sampling/sampling-root.js';

const headers = { host: 'a' };

describe('samplingRoot', () => {
  it.each<[what: string, name: string, start: RootStart, root: object]>([
    [
      'a request',
      'GET',
      { kind: SpanKind.SERVER, request: { method: 'get', path: '/a', headers } },
      { transport: 'http', name: 'GET', method: 'GET', path: '/a', headers },
    ],
    [
      'a request of another instrumentation',
      'POST /b',
      {
        kind: SpanKind.SERVER,
        attributes: { 'url.path': '/b', 'http.request.method': 'post' },
      },
      { transport: 'http', name: 'POST /b', method: 'POST', path: '/b' },
    ],
    [
      'a request of another instrumentation without a method',
      's',
      { kind: SpanKind.SERVER, attributes: { 'url.path': '/b' } },
      { transport: 'http', name: 's', method: '', path: '/b' },
    ],
    [
      'a call of a client',
      'GET',
      { kind: SpanKind.CLIENT, attributes: { 'url.path': '/b' } },
      { transport: 'task', name: 'GET' },
    ],
    [
      'a message',
      'sum',
      { attributes: { 'nest.type': 'request', 'rpc.system.name': 'nestjs' } },
      { transport: 'rpc', name: 'sum' },
    ],
    [
      'an event',
      'process a',
      { attributes: { 'nest.type': 'request', 'messaging.system': 'nestjs' } },
      { transport: 'rpc', name: 'process a' },
    ],
    [
      'an operation',
      'query a',
      { attributes: { 'nest.type': 'request', 'graphql.operation.type': 'query' } },
      { transport: 'graphql', name: 'query a' },
    ],
    ['a gateway', 'ws a', { attributes: { 'nest.type': 'request' } }, { transport: 'ws' }],
    ['a job', 'A.b', { attributes: { 'nest.type': 'operation' } }, { transport: 'task' }],
    ['a span of the application', 'mine', {}, { transport: 'task', name: 'mine' }],
  ])('knows %s', (_, name, start, root) => {
    expect(samplingRoot(name, start)).toMatchObject({ name, ...root });
  });
});
