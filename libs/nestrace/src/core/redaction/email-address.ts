const SIGN = /@|%40/g;

const MAX_LOCAL = 96;
const DOMAIN = /[\p{L}\p{N}][\p{L}\p{N}-]{0,62}(?:\.[\p{L}\p{N}][\p{L}\p{N}-]{0,62}){0,7}/uy;

/** `core@11.1.2`, `logo@2x.png`, `getty@tty1.service`: versions and files, not people. */
const NO_DOMAIN = /^(?:\d+\.\d|\dx\.)|\.(?:service|js|ts|mjs|css|png|svg|jpe?g|webp|tgz)$/i;

/** The user of repositories, and what a URL shows in place of its own. */
const NO_PERSON = /^(?:git|REDACTED)$/;

/**
 * Replaces e-mail addresses, with their sign written out or percent-encoded. Looks around each sign
 * only, a bounded way to both sides: what that costs grows with the text.
 */
export function replaceEmails(text: string, replacement: string): string {
  let shown = '';
  let done = 0;
  SIGN.lastIndex = 0;
  for (let sign = SIGN.exec(text); sign !== null; sign = SIGN.exec(text)) {
    const start = startOfLocal(text, sign.index, done);
    const end = start === sign.index ? -1 : endOfDomain(text, SIGN.lastIndex);
    if (end === -1 || NO_PERSON.test(text.slice(start, sign.index))) continue;
    shown += text.slice(done, start) + replacement;
    done = end;
    SIGN.lastIndex = end;
  }
  return done === 0 ? text : shown + text.slice(done);
}

function startOfLocal(text: string, sign: number, from: number): number {
  let start = sign;
  const first = Math.max(from, sign - MAX_LOCAL);
  while (start > first && isOfLocal(text.charCodeAt(start - 1))) start--;
  // A dot or a percent-encoded sign in front of it belongs to the sentence, or to the URL.
  while (start < sign && text[start] === '.') start++;
  const encoded = /^(?:%[\da-f]{2})+/i.exec(text.slice(start, Math.min(sign, start + 30)));
  return encoded === null ? start : start + encoded[0].length;
}

/** Letters of all languages, digits, and the signs people use: `.`, `_`, `-`, `+`, `%`. */
function isOfLocal(code: number): boolean {
  return (
    (code >= 97 && code <= 122) ||
    (code >= 65 && code <= 90) ||
    (code >= 48 && code <= 57) ||
    (code >= 0xc0 && code <= 0xd7ff) ||
    code === 46 ||
    code === 95 ||
    code === 45 ||
    code === 43 ||
    code === 37
  );
}

function endOfDomain(text: string, start: number): number {
  DOMAIN.lastIndex = start;
  const domain = DOMAIN.exec(text)?.[0];
  if (domain === undefined || NO_DOMAIN.test(domain)) return -1;
  const top = domain.slice(domain.lastIndexOf('.') + 1);
  const isTop = top.length < domain.length && /^(?:\p{L}{2,24}|xn--[\w-]+)$/u.test(top);
  return isTop ? start + domain.length : -1;
}
