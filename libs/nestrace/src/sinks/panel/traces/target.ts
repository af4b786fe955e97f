import {
  ATTR_SERVER_ADDRESS,
  ATTR_SERVER_PORT,
  ATTR_URL_FULL,
  LEGACY,
} from '../../../pipeline/attributes.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import { numberOf, textOf } from '../spans/read-attributes.js';

/** `localhost:3001/stock`: what a call goes to. */
export function targetOf({ attributes }: StoredSpan): string | undefined {
  const url = textOf(attributes, ATTR_URL_FULL, LEGACY.HTTP_URL);
  if (url !== undefined && URL.canParse(url)) {
    const { host, pathname } = new URL(url);
    return `${host}${pathname}`;
  }
  const host = textOf(attributes, ATTR_SERVER_ADDRESS, LEGACY.NET_PEER_NAME);
  const port = numberOf(attributes, ATTR_SERVER_PORT, LEGACY.NET_PEER_PORT);
  return host === undefined || port === undefined ? host : `${host}:${port}`;
}
