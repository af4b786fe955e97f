import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const css = readFileSync('libs/panel-web/src/theme/tokens.css', 'utf8');
const [light = '', dark = '', system = ''] = [...css.matchAll(/:root[^{]*\{([^}]*)\}/g)].map(
  ([, block]) => block ?? '',
);

const BACKGROUNDS = ['bg', 'bg-raised', 'bg-sunken', 'bg-hover'];
const TEXTS = ['text', 'text-soft', 'text-faint', 'accent', 'error', 'warn', 'ok', 'slow'];
const PAIRS = [
  ...BACKGROUNDS.flatMap((background) => TEXTS.map((text) => [text, background] as const)),
  ...['text', 'text-soft', 'text-faint', 'error', 'warn', 'slow'].map(
    (text) => [text, 'bg-selected'] as const,
  ),
  ...['error', 'warn', 'ok', 'slow', 'n-plus-one', 'accent'].map(
    (text) => [text, `${text}-soft`] as const,
  ),
  ...['error', 'warn', 'accent'].map((text) => ['text', `${text}-soft`] as const),
  ['accent-text', 'accent'] as const,
];

/** What WCAG 2 asks of text, and of what has to be seen. */
const AA_TEXT = 4.5;
const AA_GRAPHICS = 3;

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s theme', (_, block) => {
  const colours = colourOf(block);

  it.each(PAIRS)('lets %s be read on %s', (text, background) => {
    expect(contrast(colours(text), colours(background))).toBeGreaterThanOrEqual(AA_TEXT);
  });

  it.each(['bar', 'bar-error', 'bar-slow', 'focus'])('lets %s be seen', (name) => {
    expect(contrast(colours(name), colours('bg'))).toBeGreaterThanOrEqual(AA_GRAPHICS);
  });
});

it('is as dark by the choice of the browser as by that of the user', () => {
  const normal = (block: string) => block.replaceAll(/\s+/g, ' ').trim();
  expect(normal(system)).toBe(normal(dark));
});

function colourOf(block: string): (name: string) => string {
  return (name) => {
    const hex = new RegExp(`--${name}: (#[\\da-f]+);`).exec(block)?.[1];
    if (hex === undefined) throw new Error(`There is no colour ${name}`);
    return hex.length === 4 ? hex.replaceAll(/[\da-f]/g, '$&$&') : hex;
  };
}

function contrast(one: string, other: string): number {
  const [dim = 0, bright = 0] = [luminance(one), luminance(other)].toSorted((a, b) => a - b);
  return (bright + 0.05) / (dim + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
