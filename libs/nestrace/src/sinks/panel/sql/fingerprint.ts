import { createHash } from 'node:crypto';
import { BoundedMap } from '../../../core/bounded-map.js';
import { dialectOfSystem } from '../../../core/sql/dialect-of-system.js';
import { summarize } from '../../../core/sql/summarize.js';
import { tokenize } from '../../../core/sql/tokenize.js';
import { normalize } from './normalize.js';

export interface Fingerprint {
  /** Hexadecimal hash of system and statement. */
  readonly hash: string;
  /** The statement without its values. */
  readonly text: string;
  /** `SELECT orders`. */
  readonly summary: string;
  /** BEGIN, COMMIT and the like repeat by nature. */
  readonly isControl: boolean;
  /** Nothing says which values it ran with. */
  readonly hidesValues: boolean;
}

/** Longer statements, bulk inserts mostly, are judged by their beginning. */
const MAX_JUDGED = 10_000;
const MAX_REMEMBERED = 4_000;
const CACHED = 1_000;
const CONTROL = /^(?:begin|start transaction|commit|rollback|savepoint|release|set transaction)\b/i;

const cache = new BoundedMap<string, Fingerprint>(CACHED);

/** What a statement is called that ran with whatever values. */
export function fingerprintOf(sql: string, system: string): Fingerprint {
  const key = `${system}\0${sql}`;
  const known = sql.length > MAX_REMEMBERED ? undefined : cache.get(key);
  if (known !== undefined) return known;
  const judged = sql.slice(0, MAX_JUDGED);
  const tokens = tokenize(judged, dialectOfSystem(system));
  const normalized = normalize(judged, tokens);
  const fingerprint: Fingerprint = {
    hash: hashOf(system, normalized.toLowerCase()),
    text: judged.length < sql.length ? `${normalized}…` : normalized,
    summary: summarize(tokens),
    isControl: CONTROL.test(normalized),
    hidesValues: tokens.some(({ type }) => type === 'placeholder'),
  };
  if (sql.length <= MAX_REMEMBERED) cache.set(key, fingerprint);
  return fingerprint;
}

/** Of a call without a statement, or of a database that speaks something else: by its name. */
export function fingerprintOfName(name: string, system: string): Fingerprint {
  const hash = hashOf(system, name);
  return { hash, text: name, summary: name, isControl: false, hidesValues: true };
}

export function hashOf(...parts: readonly string[]): string {
  return createHash('sha256').update(parts.join('\0')).digest('hex').slice(0, 16);
}
