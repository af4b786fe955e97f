import { isIP } from 'node:net';
import { inCode, onlyInCode, REFUSED, type Kind } from './schema/kind.js';

/** A guard by its class, or one that is ready. @publicApi */
export type PanelGuard =
  | { canActivate(context: never): unknown }
  // oxlint-disable-next-line typescript/no-explicit-any -- any constructor of a guard
  | (abstract new (...args: any[]) => { canActivate(context: never): unknown });

export const guards = onlyInCode<readonly PanelGuard[]>(
  'a list of Nest guards, classes or instances',
  (value) => Array.isArray(value) && value.every(isGuard),
);

/** Of a class nobody knows: its method may be a field that its constructor sets. */
function isGuard(value: unknown): boolean {
  if (typeof value === 'function') return true;
  return typeof (value as { canActivate?: unknown } | null | undefined)?.canActivate === 'function';
}

export const addressRanges = inCode<readonly string[]>(
  'a list of IP addresses or ranges such as "172.16.0.0/12"',
  (value) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' && isRange(item)),
);

function isRange(range: string): boolean {
  const [address = '', bits, ...more] = range.split('/');
  const version = isIP(address);
  if (version === 0 || more.length > 0) return false;
  return (
    bits === undefined || (/^\d{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128))
  );
}

/** Slashes around it are forgiven; what a router would take for a pattern is not. */
export const panelPath: Kind<string> = {
  accepted: 'a path such as "_otel" or "internal/traces": letters, digits, ".", "_", "-" and "/"',
  check: (value) => {
    if (typeof value !== 'string') return REFUSED;
    const bare = value.replace(/^\/+|\/+$/g, '');
    const segments = bare.split('/');
    return segments.every((segment) => /^[\w.-]+$/.test(segment) && !/^\.+$/.test(segment))
      ? bare
      : REFUSED;
  },
  parse: (value) => panelPath.check(value),
};

export const authorizer = onlyInCode<((request: never) => boolean | Promise<boolean>) | undefined>(
  'a function',
  (value) => typeof value === 'function',
);

export const secret: Kind<string | undefined> = {
  accepted: '"auto", or a secret of at least 16 characters of A-Z a-z 0-9 . _ ~ -',
  check: (value) =>
    value === 'auto' || (typeof value === 'string' && /^[\w.~-]{16,256}$/.test(value))
      ? value
      : REFUSED,
  parse: (value) => secret.check(value),
};
