import type { Failure, Result } from './failure.js';
import type { TraceGone } from '../../../nestrace/src/sinks/panel/contract/index.js';
import { token } from './token.js';

export type Params = Readonly<Record<string, string | number | boolean | undefined>>;

/** An address below the panel, wherever that is: behind a prefix, behind a proxy. */
export function apiUrl(path: string, params: Params = {}): string {
  const url = new URL(`api/${path}`, document.baseURI);
  for (const [key, value] of Object.entries(params)) {
    if (value === undefined || value === '' || value === false) continue;
    url.searchParams.set(key, value === true ? '1' : String(value));
  }
  return url.href;
}

export function authorization(): Record<string, string> {
  const secret = token();
  return secret === undefined ? {} : { authorization: `Bearer ${secret}` };
}

export async function getJson<T>(
  path: string,
  params: Params = {},
  signal?: AbortSignal,
): Promise<Result<T>> {
  return answer(apiUrl(path, params), {
    headers: { accept: 'application/json', ...authorization() },
    ...(signal && { signal }),
  });
}

/** JSON, but not for the parser of the application, which takes no more than it is set to. */
const MEDIA_TYPE = 'application/vnd.nestrace+json';

/** The header proves that a page of ours asks: no other origin may send it. */
export async function postJson<T>(path: string, body: unknown = {}): Promise<Result<T>> {
  return answer(apiUrl(path), {
    method: 'POST',
    headers: { 'content-type': MEDIA_TYPE, 'x-otel-panel': '1', ...authorization() },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

async function answer<T>(url: string, init: RequestInit): Promise<Result<T>> {
  let response: Response;
  try {
    response = await fetch(url, { ...init, cache: 'no-store', credentials: 'same-origin' });
  } catch {
    return { ok: false, failure: { kind: 'unreachable' } };
  }
  const text = await response.text().catch(() => '');
  const value = parsed(text);
  if (response.ok && value !== undefined) return { ok: true, value: value as T };
  return { ok: false, failure: failureOf(response.status, value, text) };
}

function parsed(text: string): unknown {
  try {
    return text === '' ? null : JSON.parse(text);
  } catch {
    return undefined;
  }
}

const SHOWN_TEXT = 200;

export function failureOf(status: number, value: unknown, text: string): Failure {
  const said = hasReason(value) ? value : undefined;
  if (status === 401 || status === 403) {
    const reason = status === 401 ? 'it asks for a token' : 'access denied';
    return { kind: 'refused', refusal: said ?? { reason } };
  }
  if (status === 404) return { kind: 'gone', gone: said as TraceGone | undefined };
  return { kind: 'failed', status, text: said?.reason ?? text.slice(0, SHOWN_TEXT) };
}

function hasReason(value: unknown): value is { reason: string } {
  return typeof value === 'object' && value !== null && 'reason' in value;
}
