import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Attributes } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import {
  RequestIdHeader,
  requestIdFrom,
} from '../../../../libs/nestrace/src/edges/incoming/request-id.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('requestIdFrom', () => {
  it.each(['1', 'a'.repeat(128), 'A-Z_0.9:/+=@', '01H8XGJWBWBAQ4'])('takes %s', (id) => {
    expect(requestIdFrom(id)).toBe(id);
  });

  it.each([
    undefined,
    '',
    'a'.repeat(129),
    'two words',
    'line\nbreak',
    'tab\t',
    'é',
    '<script>',
    'a,b',
    ['a', 'b'],
  ])('makes one of its own instead of %j', (id) => {
    expect(requestIdFrom(id)).toMatch(UUID);
  });

  it('makes a different one each time', () => {
    expect(requestIdFrom(undefined)).not.toBe(requestIdFrom(undefined));
  });
});

describe('RequestIdHeader', () => {
  function answer(given: string | undefined): { sent: unknown; attributes: Attributes } {
    const response = new ServerResponse({ method: 'GET' } as IncomingMessage);
    const headers = given === undefined ? {} : { 'x-correlation-id': given };
    const header = new RequestIdHeader('X-Correlation-Id');
    const id = header.answer(headers, response);
    const attributes = header.describe(id, headers, {});
    return { sent: response.getHeader('x-correlation-id'), attributes };
  }

  it('answers with the id of the request, and names it as such', () => {
    expect(answer('c-1')).toEqual({
      sent: 'c-1',
      attributes: {
        'http.request.header.x-correlation-id': ['c-1'],
        'http.response.header.x-correlation-id': ['c-1'],
      },
    });
  });

  it.each([undefined, 'two words', 'a'.repeat(9013)])('does not pass on %s', (given) => {
    const { sent, attributes } = answer(given);
    expect(sent).toMatch(UUID);
    expect(attributes).toEqual({ 'http.response.header.x-correlation-id': [sent] });
  });

  it('does nothing without a name', () => {
    const response = new ServerResponse({ method: 'GET' } as IncomingMessage);
    const header = new RequestIdHeader(false);
    const id = header.answer({ '': 'x', 'x-request-id': 'x' }, response);
    expect(header.describe(id, {}, { a: 1 })).toEqual({ a: 1 });
    expect(response.getHeaderNames()).toEqual([]);
  });
});
