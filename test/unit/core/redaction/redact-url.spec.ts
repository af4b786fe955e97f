import { describe, expect, it } from 'vitest';
import { redactUrl } from '../../../../libs/nestrace/src/core/redaction/redact-url.js';

describe('redactUrl', () => {
  it.each([
    ['http://example.org/a?b=c', 'http://example.org/a?b=c'],
    ['http://user:secret@example.org/a', 'http://REDACTED:REDACTED@example.org/a'],
    ['http://user@example.org', 'http://REDACTED:REDACTED@example.org'],
    ['http://user:p@ss@example.org:8080/', 'http://REDACTED:REDACTED@example.org:8080/'],
    ['http://example.org/users/a@b', 'http://example.org/users/a@b'],
    ['http://example.org/a#token=1', 'http://example.org/a'],
    ['http://example.org/a?token=1#x', 'http://example.org/a?token=REDACTED'],
    ['http://example.org?token=1&page=2', 'http://example.org?token=REDACTED&page=2'],
    ['http://example.org/?next=http://a@b', 'http://example.org/?next=http://a@b'],
    ['/path?password=x', '/path?password=REDACTED'],
    ['/path?a=1?token=2', '/path?a=1?token=2'],
    ['*', '*'],
    ['', ''],
    ['?', '?'],
  ])('shows %s as %s', (url, shown) => {
    expect(redactUrl(url)).toBe(shown);
  });
});
