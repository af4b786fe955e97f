import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { api } from '../../../libs/panel-web/src/api/endpoints.js';
import { failureText } from '../../../libs/panel-web/src/api/failure.js';
import { apiUrl } from '../../../libs/panel-web/src/api/request.js';
import { takeToken } from '../../../libs/panel-web/src/api/token.js';

const fetched = vi.fn<(url: string, init: RequestInit) => Promise<Response>>();

function answerWith(status: number, body: unknown): void {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  fetched.mockResolvedValue(new Response(text, { status }));
}

const headersOf = () => fetched.mock.calls[0]?.[1].headers as Record<string, string>;

beforeEach(() => {
  vi.stubGlobal('fetch', fetched);
  sessionStorage.clear();
});

afterEach(() => {
  fetched.mockReset();
  vi.unstubAllGlobals();
  document.querySelector('base')?.remove();
});

describe('addresses', () => {
  it('begin where the page says it is', () => {
    const base = document.createElement('base');
    base.href = 'http://shop.test/admin/_otel/';
    document.head.append(base);
    expect(apiUrl('traces', { q: 'a b', noise: true, since: 0 })).toBe(
      'http://shop.test/admin/_otel/api/traces?q=a+b&noise=1&since=0',
    );
  });

  it('have no parameter that says nothing', () => {
    expect(new URL(apiUrl('traces', { q: '', noise: false, since: undefined })).search).toBe('');
  });

  it('cannot be left by an id', async () => {
    answerWith(200, {});
    await api.span('../../x', 'a/b');
    expect(fetched.mock.calls[0]?.[0]).toMatch(/api\/traces\/\.\.%2F\.\.%2Fx\/spans\/a%2Fb$/);
  });
});

describe('what is sent', () => {
  it('proves with a header that it comes from this page', async () => {
    answerWith(200, { paused: true });
    expect(await api.pause(true)).toEqual({ ok: true, value: { paused: true } });
    expect(fetched.mock.calls[0]?.[1]).toMatchObject({ method: 'POST', body: '{"paused":true}' });
    expect(headersOf()).toMatchObject({
      'x-otel-panel': '1',
      'content-type': 'application/vnd.nestrace+json',
    });
  });

  it('carries the token of the address, which does not stay there', async () => {
    location.hash = '#token=se%20cret';
    takeToken();
    expect(location.hash).toBe('');
    answerWith(200, {});
    await api.meta();
    expect(headersOf()).toMatchObject({ authorization: 'Bearer se cret' });
  });

  it('sends an import as it is', async () => {
    answerWith(200, {});
    await api.importTraces('{"resourceSpans":[]}');
    expect(fetched.mock.calls[0]?.[1].body).toBe('{"resourceSpans":[]}');
  });
});

describe('failures are values', () => {
  it('says who refused, and which option decides', async () => {
    const refusal = { reason: "host 'x' is not allowed", option: 'panel.allowedHosts' };
    answerWith(403, refusal);
    expect(await api.meta()).toEqual({ ok: false, failure: { kind: 'refused', refusal } });
  });

  it('knows a refusal without words', async () => {
    answerWith(401, '');
    const result = await api.meta();
    expect(result).toMatchObject({ ok: false, failure: { kind: 'refused' } });
  });

  it('passes on why a trace is gone', async () => {
    const gone = { reason: 'evicted', text: 'It has left.', links: [] };
    answerWith(404, gone);
    expect(await api.trace('1')).toEqual({ ok: false, failure: { kind: 'gone', gone } });
  });

  it('takes a page that is no JSON for a failure', async () => {
    answerWith(200, '<html>');
    expect(await api.meta()).toMatchObject({ ok: false, failure: { kind: 'failed', status: 200 } });
  });

  it('does not throw when nobody answers', async () => {
    fetched.mockRejectedValue(new TypeError('Failed to fetch'));
    const result = await api.meta();
    expect(result).toEqual({ ok: false, failure: { kind: 'unreachable' } });
    expect(result.ok || failureText(result.failure)).toBe('The application does not answer.');
  });
});
