import type { IncomingMessage } from 'node:http';

/** Whether the browser has this version already. */
export function isUnchanged({ headers }: IncomingMessage, etag: string): boolean {
  const known = headers['if-none-match'];
  if (known === undefined) return false;
  return known.trim() === '*' || known.split(',').some((tag) => bare(tag) === bare(etag));
}

export function acceptsGzip({ headers }: IncomingMessage): boolean {
  const codings = (headers['accept-encoding'] ?? '').split(',');
  return codings.some((coding) => {
    const [name = '', ...parameters] = coding.split(';').map((part) => part.trim().toLowerCase());
    const isOff = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return (name === 'gzip' || name === '*') && !isOff;
  });
}

/** Without what says that equal means alike, not the same byte for byte. */
function bare(tag: string): string {
  return tag.trim().replace(/^W\//, '');
}
