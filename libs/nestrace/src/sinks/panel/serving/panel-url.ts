import { isIPv6, type AddressInfo, type Server } from 'node:net';
import type { HttpAdapterHost } from '@nestjs/core';
import { isLoopback } from '../access/address-list.js';

/** The URL of the panel, as somebody at this machine would type it. */
export class PanelUrl {
  constructor(
    private readonly host: HttpAdapterHost,
    private readonly path: () => string,
    private readonly token: string | undefined,
  ) {}

  /** Undefined until the application listens, and where it listens on no port. */
  get(): string | undefined {
    const server = this.server();
    const address = server?.address?.();
    if (server === undefined || address === null || typeof address !== 'object') return undefined;
    const scheme = 'setSecureContext' in server ? 'https' : 'http';
    return `${scheme}://${shownHost(address)}:${address.port}${this.path()}`;
  }

  /** With the token, where there is one: for the log of this process, and for nobody else. */
  withToken(): string | undefined {
    const url = this.get();
    return url === undefined || this.token === undefined ? url : `${url}#token=${this.token}`;
  }

  /** Calls back when the application listens. The returned function calls that off. */
  whenListening(then: () => void): () => void {
    const server = this.server();
    if (typeof server?.once !== 'function') return () => {};
    if (server.listening) {
      then();
      return () => {};
    }
    server.once('listening', then);
    return () => server.off('listening', then);
  }

  /** Applications without HTTP have none. */
  private server(): Server | undefined {
    return this.host.httpAdapter?.getHttpServer?.() as Server | undefined;
  }
}

const ANYWHERE = new Set(['0.0.0.0', '::']);

function shownHost({ address }: AddressInfo): string {
  if (ANYWHERE.has(address) || isLoopback(address)) return 'localhost';
  return isIPv6(address) ? `[${address}]` : address;
}
