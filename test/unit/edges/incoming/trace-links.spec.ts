import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { TraceLinks } from '../../../../libs/nestrace/src/edges/incoming/trace-links.js';
import { PanelAddress } from '../../../../libs/nestrace/src/pipeline/panel-address.js';

const IDS = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 0 };

function exchange(host: string | undefined): {
  request: IncomingMessage;
  response: ServerResponse;
} {
  const request = new IncomingMessage(new Socket());
  if (host !== undefined) request.headers.host = host;
  return { request, response: new ServerResponse(request) };
}

function links(): TraceLinks {
  const address = new PanelAddress();
  address.path = '/api/_otel';
  return new TraceLinks({ linkHeader: 'x-trace-link', logLinks: false }, address);
}

describe('TraceLinks', () => {
  it('puts the way to the trace into the headers of the answer', () => {
    const { request, response } = exchange('localhost:3000');
    links().announce(request, response, IDS);
    expect({ ...response.getHeaders() }).toEqual({
      'x-trace-link': `http://localhost:3000/api/_otel/t/${IDS.traceId}`,
      'server-timing': `traceparent;desc="00-${IDS.traceId}-${IDS.spanId}-00"`,
    });
  });

  it('leaves what others have timed', () => {
    const { request, response } = exchange('localhost');
    response.setHeader('server-timing', 'cache;dur=1');
    links().announce(request, response, IDS);
    expect(response.getHeader('server-timing')).toEqual([
      'cache;dur=1',
      expect.stringContaining(IDS.traceId),
    ]);
  });

  it.each([[undefined], ['a b'], ['evil.test/x?'], ['x\r\nset-cookie: a']])(
    'says nothing to the host %o',
    (host) => {
      const { request, response } = exchange(host);
      links().announce(request, response, IDS);
      expect({ ...response.getHeaders() }).toEqual({});
    },
  );

  it('never throws, whatever the answer does', () => {
    const { request, response } = exchange('localhost');
    response.setHeader = () => {
      throw new Error('too late');
    };
    expect(() => links().announce(request, response, IDS)).not.toThrow();
  });
});
