import type { OutgoingRequest } from '../../config/outgoing.options.js';

/** What the HTTP clients of Node know about a call. */
export interface CallFacts {
  readonly method: string;
  /** With the colon at its end. */
  readonly protocol: string;
  /** Without brackets around an address of IPv6. */
  readonly host: string;
  /** What stands in the first line of the request. */
  readonly target: string;
  /** The port that is connected to, where there is one and it is known. */
  port(): number | undefined;
  getHeader(name: string): string | undefined;
  setHeader(name: string, value: string): void;
}

/** A call that is about to be made. What nobody asks for is not worked out. */
export class OutgoingCall implements OutgoingRequest {
  private readonly absolute: URL | undefined;

  constructor(private readonly facts: CallFacts) {
    this.absolute = absoluteUrl(facts.target);
  }

  get method(): string {
    return this.facts.method;
  }

  get host(): string {
    return this.absolute === undefined
      ? this.facts.host.toLowerCase()
      : withoutBrackets(this.absolute.hostname);
  }

  get port(): number | undefined {
    const { serverPort } = this;
    return serverPort === defaultPort(this.protocol) ? undefined : serverPort;
  }

  get path(): string {
    return this.absolute?.pathname ?? this.facts.target.split('?', 1)[0] ?? '/';
  }

  /** The port of the server the call is for; undefined where it has none, or nobody knows it. */
  get serverPort(): number | undefined {
    if (this.absolute === undefined) return this.facts.port();
    return Number(this.absolute.port) || defaultPort(this.protocol);
  }

  /** Credentials are never part of it. */
  get url(): string {
    const { host, port, absolute } = this;
    const target =
      absolute === undefined ? this.facts.target : `${absolute.pathname}${absolute.search}`;
    const authority = `${host.includes(':') ? `[${host}]` : host}${port === undefined ? '' : `:${port}`}`;
    return `${this.protocol}//${authority}${target.startsWith('/') ? '' : '/'}${target}`;
  }

  getHeader(name: string): string | undefined {
    return this.facts.getHeader(name);
  }

  setHeader(name: string, value: string): void {
    this.facts.setHeader(name, value);
  }

  private get protocol(): string {
    return this.absolute?.protocol ?? this.facts.protocol;
  }
}

/** A forward proxy is told the whole URL; then that is what is called, and the proxy only serves. */
function absoluteUrl(target: string): URL | undefined {
  if (target.startsWith('/') || !target.includes('://') || !URL.canParse(target)) return undefined;
  return new URL(target);
}

export function defaultPort(protocol: string): number | undefined {
  if (protocol === 'https:') return 443;
  return protocol === 'http:' ? 80 : undefined;
}

export function withoutBrackets(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, '');
}
