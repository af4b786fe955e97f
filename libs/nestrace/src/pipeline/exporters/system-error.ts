/** OpenSSL: "… error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/….c:350:". */
const OPENSSL = /error:[0-9A-F]{8}:[^:]*:[^:]*:(?<reason>[^:]+):/;

/** The message of an error of the system in one line, of TLS no more than the reason. */
export function systemMessage(message: string): string {
  const { reason } = OPENSSL.exec(message)?.groups ?? {};
  if (reason !== undefined) return `TLS: ${reason}`;
  return message
    .replace(/\s+/g, ' ')
    .replace(/[\s:.]+$/, '')
    .trim();
}

/** How OpenSSL says that what came is no TLS. */
export function isNotTls(message: string): boolean {
  return /wrong version number|packet length too long|unknown protocol/.test(message);
}
