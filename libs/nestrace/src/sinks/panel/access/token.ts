import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Caller } from './caller.js';
import { deny, type Verdict } from './verdict.js';

const TOKEN_BYTES = 16;

/** What the browser has to know: what was configured, or for `'auto'` something nobody can guess. */
export function tokenFrom(option: string | undefined): string | undefined {
  return option === 'auto' ? randomBytes(TOKEN_BYTES).toString('base64url') : option;
}

export function tokenRule(token: string | undefined): (caller: Caller) => Verdict {
  if (token === undefined) return () => undefined;
  const expected = digest(token);
  return (caller) => {
    const given = /^Bearer +(\S+)$/i.exec(caller.header('authorization') ?? '')?.[1];
    if (given === undefined) {
      return deny('it asks for the token printed at start-up', 'panel.token', 401);
    }
    return timingSafeEqual(digest(given), expected)
      ? undefined
      : deny('the token is another one', 'panel.token', 401);
  };
}

/** Of one length, as the comparison in constant time needs it. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
