import { randomUUID } from 'node:crypto';

const MAX_LENGTH = 128;
const ALLOWED = /^[A-Za-z0-9._:/+=@-]+$/;

/**
 * The id a request is known by: the one it came with, if that is fit to be written into logs and
 * headers, else a new one.
 */
export function requestIdFrom(header: string | string[] | undefined): string {
  return typeof header === 'string' && header.length <= MAX_LENGTH && ALLOWED.test(header)
    ? header
    : randomUUID();
}
