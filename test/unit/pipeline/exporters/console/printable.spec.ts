import { describe, expect, it } from 'vitest';
import {
  printable,
  printableJson,
} from '../../../../../libs/nestrace/src/pipeline/exporters/console/printable.js';

const CONTROL = Array.from({ length: 0xa0 }, (_, code) => String.fromCharCode(code)).filter(
  (_, code) => code < 0x20 || code >= 0x7f,
);
const MARKS = ['\u2028', '\u2029', '\u202a', '\u202e', '\u2066', '\u2069', '\u200e', '\u061c'];

describe('printable', () => {
  it.each(['', 'GET /orders/:id', 'größer', '日本語', '🦊', '→ “quoted”', 'e\u0301'])(
    'leaves %j as it is',
    (text) => {
      expect(printable(text)).toBe(text);
    },
  );

  it('shows control characters instead of sending them', () => {
    expect(printable('a\u001b[31mred\r\nb\tc\0\u007f\u009b2J')).toBe('a␛[31mred␍␊b␉c␀␡\ufffd2J');
  });

  it('shows marks that turn text around', () => {
    expect(printable('abc\u202ecba\u2066x\u2069\u200e')).toBe('abc\ufffdcba\ufffdx\ufffd\ufffd');
  });

  it('lets no control character through, and keeps the width', () => {
    for (const character of [...CONTROL, ...MARKS]) {
      const shown = printable(character);
      expect(shown).toHaveLength(1);
      expect([...CONTROL, ...MARKS]).not.toContain(shown);
    }
  });

  it('does the same every time', () => {
    expect([printable('\u001b'), printable('\u001b')]).toEqual(['␛', '␛']);
  });
});

describe('printableJson', () => {
  it('means the same, and has no control characters', () => {
    const value = { name: [...CONTROL, ...MARKS, '"\\ä🦊'].join('') };
    const line = printableJson(JSON.stringify(value));
    expect(JSON.parse(line)).toEqual(value);
    for (const character of [...CONTROL, ...MARKS]) expect(line).not.toContain(character);
    expect(line).toContain('\\u009b');
  });
});
