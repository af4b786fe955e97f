import { describe, expect, it } from 'vitest';
import { traceCurl } from '../../../libs/panel-web/src/copying/trace-curl.js';
import { SPAN_FLAG } from '../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { traceOf } from './fixtures.js';

const ORIGIN = 'http://localhost:3000';
const curlOf = (summary: Parameters<typeof traceOf>[1], flags = 0) => {
  const detail = traceOf([['GET /orders/:id', -1, 0, flags]], summary);
  return traceCurl(detail.summary, detail, ORIGIN);
};

describe('traceCurl', () => {
  it('asks for the path that was asked for, not for the route', () => {
    expect(curlOf({ method: 'GET', path: '/orders/8', route: '/orders/:id' })).toBe(
      'curl -i http://localhost:3000/orders/8',
    );
  });

  it('quotes a path that a shell would act on', () => {
    expect(curlOf({ method: 'DELETE', path: "/a?b=1&c='" })).toBe(
      String.raw`curl -i -X DELETE 'http://localhost:3000/a?b=1&c='\'''`,
    );
  });

  it('says that the body is missing', () => {
    expect(curlOf({ method: 'POST', path: '/orders' })).toContain('the body was not recorded');
  });

  it('makes none of what was no request to this application', () => {
    expect(curlOf({ entry: 'cron' })).toBeUndefined();
    expect(curlOf({ method: 'GET; rm', path: '/' })).toBeUndefined();
    expect(curlOf({ method: 'GET', path: '/' }, SPAN_FLAG.received)).toBeUndefined();
  });
});
