import type { IncomingMessage } from 'node:http';
import { plainAddress } from './address-list.js';

/** What a request says about who sends it; nothing in it is to be believed but the address. */
export interface Caller {
  readonly method: string;
  /** Of the other end of the connection. Undefined once that is closed, and for local sockets. */
  readonly address: string | undefined;
  /** The address of this machine the connection came to. */
  readonly localAddress: string | undefined;
  /** The header that gives a proxy away, or the old version of HTTP that plain proxies speak. */
  readonly proxySign: string | undefined;
  /** The `Host` header in lower case. */
  readonly host: string | undefined;
  header(name: string): string | undefined;
}

export function callerOf(request: IncomingMessage): Caller {
  const { headers, socket } = request;
  const header = (name: string): string | undefined => {
    const value = headers[name];
    return Array.isArray(value) ? value.join(', ') : value;
  };
  return {
    method: request.method ?? '',
    address: plainAddress(socket.remoteAddress),
    localAddress: plainAddress(socket.localAddress),
    proxySign: proxySignOf(request),
    host: (header('host') ?? header(':authority'))?.toLowerCase(),
    header,
  };
}

const PROXY_HEADER = /^(forwarded|via|x-real-ip|x-forwarded(-.*)?)$/;

function proxySignOf({ headers, httpVersionMajor, httpVersionMinor }: IncomingMessage) {
  const header = Object.keys(headers).find((name) => PROXY_HEADER.test(name));
  if (header !== undefined) return header;
  return httpVersionMajor === 1 && httpVersionMinor === 0 ? 'HTTP/1.0' : undefined;
}
