import { describe, expect, it } from 'vitest';
import { printable, printableLine } from '../../../libs/panel-web/src/format/printable.js';

describe('printable', () => {
  it('strips the colours of a terminal', () => {
    expect(printable('\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\u001b]8;;\u0007')).toBe(
      'red link',
    );
  });

  it('shows what would turn the text around or hide in it', () => {
    expect(printable('a\u202eb\u200bc\u0000d')).toBe(String.raw`a\u202eb\u200bc\u0000d`);
  });

  it('shows an escape character that begins no sequence', () => {
    expect(printable('\u001b')).toBe(String.raw`\u001b`);
  });

  it('leaves line feeds, tabs and letters of all scripts as they are', () => {
    const text = 'a\n\tä 日本 🎉 é';
    expect(printable(text)).toBe(text);
  });

  it('makes one line of many', () => {
    expect(printableLine('one\n  two\nthree')).toBe('one ⏎ two ⏎ three');
  });
});
