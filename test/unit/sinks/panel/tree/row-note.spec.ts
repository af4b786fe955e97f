import { SpanKind, type Attributes } from '@opentelemetry/api';
import { describe, expect, it } from 'vitest';
import { rowNote } from '../../../../../libs/nestrace/src/sinks/panel/tree/row-note.js';
import { span } from '../support/trace-builder.js';

const note = (attributes: Attributes, kind = SpanKind.INTERNAL): string =>
  rowNote(span('a', undefined, { attributes, kind }));

describe('rowNote', () => {
  it('says whom a call went to, and what came back', () => {
    const url = 'https://api.example.org/charge?card=1#x';
    const attributes = { 'url.full': url, 'http.response.status_code': 402 };
    expect(note(attributes, SpanKind.CLIENT)).toBe('api.example.org/charge · 402');
  });

  it('says the path of a request that found no route', () => {
    const attributes = { 'url.path': '/nope', 'http.response.status_code': 404 };
    expect(note(attributes, SpanKind.SERVER)).toBe('/nope · 404');
    expect(note({ ...attributes, 'http.route': '/users/:id' }, SpanKind.SERVER)).toBe('404');
  });

  it.each([
    [{ 'nest.guard.outcome': 'deny' }, 'deny'],
    [{ 'nest.pipe.source': 'param', 'nest.pipe.argument': 'id' }, 'param id'],
    [{ 'nest.pipe.source': 'body' }, 'body'],
    [{ 'db.response.returned_rows': 1 }, '1 row'],
    [{ 'db.response.returned_rows': 0 }, '0 rows'],
    [{ 'nest.db.transaction.outcome': 'rollback' }, 'rollback'],
    [{ 'nest.folded.count': 40, 'nest.folded.duration_ms': 12.5 }, '40 calls, 12.5 ms in all'],
    [{ other: 'x' }, ''],
  ])('says of %j: "%s"', (attributes, text) => {
    expect(note(attributes as Attributes)).toBe(text);
  });

  it('is never long', () => {
    expect(note({ 'url.full': `http://h/${'x'.repeat(500)}` }, SpanKind.CLIENT)).toHaveLength(80);
  });
});
