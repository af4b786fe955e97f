import { isIP } from 'node:net';
import { isLoopback, plainAddress } from './address-list.js';

/** The name in a `Host` header, without port, brackets and the dot that may end it. */
export function hostName(host: string): string {
  const bracketed = /^\[([^\]]*)\](:\d*)?$/.exec(host);
  if (bracketed) return bracketed[1] ?? '';
  return host.toLowerCase().replace(/:\d*$/, '').replace(/\.$/, '');
}

/**
 * Whether a page of this host may be ours. A name of a stranger that leads to this machine is how
 * DNS rebinding makes a browser read what only this machine should; an address cannot be bent that way.
 */
export function isOwnHost(
  host: string | undefined,
  localAddress: string | undefined,
  allowedHosts: readonly string[],
): boolean {
  if (host === undefined || host === '') return false;
  const name = hostName(host);
  if (name === 'localhost' || name.endsWith('.localhost')) return true;
  if (isIP(name) !== 0) {
    const address = plainAddress(name);
    if (isLoopback(address) || address === localAddress) return true;
  }
  return isAllowedHost(host, allowedHosts);
}

/** Allowed with its port, or by its name alone. */
export function isAllowedHost(host: string, allowedHosts: readonly string[]): boolean {
  const name = hostName(host);
  return allowedHosts.some((given) => {
    const allowed = given.toLowerCase();
    return allowed === name || allowed === host.toLowerCase();
  });
}
