import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isIP } from 'node:net';
import { Refused } from './refused.js';

/** Lets only those through who have business here: no browser, whoever made it come. */
export class SenderCheck {
  private readonly token: Buffer | undefined;

  constructor(
    private readonly host: string,
    token: string | undefined,
  ) {
    this.token = token === undefined ? undefined : digest(`Bearer ${token}`);
  }

  /**
   * Every browser sends `Origin` with a POST, and one of these two with all it does on behalf of a
   * page. A page whose name was made to point here would read without them, but says its name.
   *
   * @throws Refused
   */
  checkOrigin(headers: IncomingHttpHeaders): void {
    if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) {
      throw new Refused(403, 'requests of browsers are not answered');
    }
    if (!this.isLocal(hostnameOf(headers.host))) {
      throw new Refused(403, 'the Host header names no host of this machine');
    }
  }

  /** @throws Refused */
  checkToken(headers: IncomingHttpHeaders): void {
    if (this.token === undefined) return;
    const given = digest(headers.authorization ?? '');
    if (timingSafeEqual(given, this.token)) return;
    throw new Refused(401, 'the Authorization header has to be Bearer and panel.ingest.token', {
      'www-authenticate': 'Bearer',
    });
  }

  /** Nobody can register an address, a name without a dot or one below these domains. */
  private isLocal(hostname: string): boolean {
    if (hostname === '') return false;
    if (isIP(hostname) !== 0 || hostname === this.host.toLowerCase()) return true;
    return !hostname.includes('.') || /\.(localhost|internal)$/.test(hostname);
  }
}

/** Without port and brackets; empty when it is none. */
function hostnameOf(host: string | undefined): string {
  if (host === undefined || !URL.canParse(`http://${host}`)) return '';
  const { hostname, username, pathname } = new URL(`http://${host}`);
  if (username !== '' || pathname !== '/') return '';
  return hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

/** Of the same length whatever was given. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
