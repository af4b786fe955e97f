import type { PlatformRequest } from './platform.js';
import { searchOf } from './platform.js';
import type { ListQuery } from '../panel-backend.js';

const MAX_QUERY_LENGTH = 500;
const MAX_LIMIT = 1000;

/** The parameters of a request, each in bounds. */
export class DataRequest {
  private readonly search: URLSearchParams;

  constructor(
    request: PlatformRequest,
    private readonly params: Readonly<Record<string, string>> = {},
  ) {
    this.search = searchOf(request);
  }

  /** Lower case, or empty where it is no id. */
  get traceId(): string {
    return this.id('traceId', /^[\da-f]{32}$/i);
  }

  get spanId(): string {
    return this.id('spanId', /^[\da-f]{16}$/i);
  }

  get fingerprint(): string {
    return this.id('fingerprint', /^[\da-f]{1,64}$/i);
  }

  get text(): string {
    return (this.search.get('q') ?? '').slice(0, MAX_QUERY_LENGTH);
  }

  /** A span id: only what is below it. */
  get below(): string | undefined {
    const below = this.search.get('below') ?? '';
    return /^[\da-f]{16}$/i.test(below) ? below.toLowerCase() : undefined;
  }

  /** What the browser takes for the running process. */
  get bootId(): string | undefined {
    return this.search.get('boot')?.slice(0, MAX_QUERY_LENGTH);
  }

  get list(): ListQuery {
    const limit = wholeNumber(this.search.get('limit'));
    return {
      text: this.text,
      noise: this.search.get('noise') === '1',
      since: wholeNumber(this.search.get('since')),
      limit: limit === undefined ? undefined : Math.min(Math.max(limit, 1), MAX_LIMIT),
    };
  }

  param(name: string): string {
    return this.params[name] ?? '';
  }

  private id(name: string, form: RegExp): string {
    const value = this.param(name);
    return form.test(value) ? value.toLowerCase() : '';
  }
}

export function wholeNumber(text: string | null | undefined): number | undefined {
  return text !== null && text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : undefined;
}
