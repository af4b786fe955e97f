import type { TraceState } from '@opentelemetry/api';

const MAX_MEMBERS = 32;
const MAX_LENGTH = 512;
/** Members longer than this are the first to go when the whole is too long. */
const LONG_MEMBER = 128;

/**
 * `key`, or `tenant@system`. A leading digit is allowed since level 2 of the specification.
 *
 * @see https://www.w3.org/TR/trace-context-2/#key
 */
const KEY =
  /^(?:[a-z0-9][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
/** Printable ASCII without comma and equals sign, not ending in a space. */
const VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** The members of a `tracestate`, newest first. Every change makes a new one. */
class MemberList implements TraceState {
  constructor(private readonly members: ReadonlyMap<string, string>) {}

  get(key: string): string | undefined {
    return this.members.get(key);
  }

  set(key: string, value: string): TraceState {
    if (!KEY.test(key) || !VALUE.test(value)) return this;
    const others = [...this.members].filter(([other]) => other !== key);
    return new MemberList(new Map([[key, value] as const, ...others].slice(0, MAX_MEMBERS)));
  }

  unset(key: string): TraceState {
    return new MemberList(new Map([...this.members].filter(([other]) => other !== key)));
  }

  serialize(): string {
    return shorten([...this.members].map(([key, value]) => `${key}=${value}`)).join(',');
  }
}

/**
 * Reads a `tracestate` header. One bad member makes the whole header worthless, and so do more
 * than 32 members. Of a repeated key the first, which is the newest, stays. When it is passed on,
 * what is longer than 512 characters loses long members first, then members from its end.
 *
 * @see https://www.w3.org/TR/trace-context/#tracestate-header
 */
export function parseTracestate(header: string): TraceState | undefined {
  const members = new Map<string, string>();
  let count = 0;
  for (const part of header.split(',')) {
    const member = part.trim();
    if (member === '') continue;
    const equals = member.indexOf('=');
    const key = member.slice(0, Math.max(equals, 0));
    const value = member.slice(equals + 1);
    if (++count > MAX_MEMBERS || !KEY.test(key) || !VALUE.test(value)) return undefined;
    if (!members.has(key)) members.set(key, value);
  }
  return count === 0 ? undefined : new MemberList(members);
}

function shorten(members: readonly string[]): readonly string[] {
  let excess = members.reduce((sum, member) => sum + member.length + 1, -1) - MAX_LENGTH;
  if (excess <= 0) return members;
  const kept = [...members];
  const dropLast = (mayGo: (member: string) => boolean): void => {
    for (let index = kept.length - 1; index >= 0 && excess > 0; index--) {
      const member = kept[index] as string;
      if (!mayGo(member)) continue;
      kept.splice(index, 1);
      excess -= member.length + 1;
    }
  };
  dropLast((member) => member.length > LONG_MEMBER);
  dropLast(() => true);
  return kept;
}
