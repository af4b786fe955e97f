import type { ResolvedPanelOptions } from '../../../config/panel.options.js';
import { AddressList, isLoopback } from './address-list.js';
import type { Caller } from './caller.js';
import { isOwnHost } from './host-names.js';
import { deny, type Verdict } from './verdict.js';

const MAX_SHOWN = 100;

type Options = Pick<ResolvedPanelOptions, 'allowFrom' | 'allowedHosts' | 'trustProxy'>;

/**
 * Judges by where a request comes from: it is asked for every URL of the panel. A proxy or tunnel
 * on this machine makes everybody look local, so a sign of one counts as a stranger.
 */
export function whereFromRule(options: Options): (caller: Caller) => Verdict {
  const { allowedHosts, trustProxy } = options;
  const allowed = new AddressList(options.allowFrom);
  return ({ proxySign, address, host, localAddress }) => {
    if (proxySign !== undefined && !trustProxy) {
      const what = proxySign === 'HTTP/1.0' ? 'it is HTTP/1.0' : `it has the header ${proxySign}`;
      return { ...deny(`it came through a proxy: ${what}`, 'panel.trustProxy'), isSilent: true };
    }
    const isLocal = isLoopback(address);
    if (!isLocal && !allowed.has(address)) {
      const from = address ?? 'no IP address';
      return {
        ...deny(`it came from ${from}, not from this machine`, 'panel.allowFrom'),
        isSilent: true,
      };
    }
    if (!isOwnHost(host, localAddress, allowedHosts)) {
      const denial = deny(`host '${shown(host)}' not in allowedHosts`, 'panel.allowedHosts');
      return { ...denial, isSilent: !isLocal || proxySign !== undefined };
    }
    return undefined;
  };
}

/** It is in an answer, and in the log: whoever sent it decides how long it is. */
function shown(host = ''): string {
  return host.length > MAX_SHOWN ? `${host.slice(0, MAX_SHOWN)}…` : host;
}
