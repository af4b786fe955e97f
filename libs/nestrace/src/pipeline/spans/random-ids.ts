import { randomBytes } from 'node:crypto';

/** Digits of random ids that have not been given out. Asking for them one by one costs ten times as much. */
let digits = '';
let next = 0;

const POOL_BYTES = 2048;

/** The id of a new trace: 32 hexadecimal digits. */
export function randomTraceId(): string {
  return take(32);
}

/** The id of a new span: 16 hexadecimal digits. */
export function randomSpanId(): string {
  return take(16);
}

/** An id of zeros only would not be valid; it comes about once in 2^64 spans. */
function take(length: number): string {
  if (next + length > digits.length) {
    digits = randomBytes(POOL_BYTES).toString('hex');
    next = 0;
  }
  const id = digits.slice(next, next + length);
  next += length;
  return id;
}
