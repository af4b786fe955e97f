import type { Operator } from './term.js';

/** Tests a text. Letter case does not count; there are no patterns, so no text is slow to test. */
export function textTest(operator: Operator, value: string): (text: string) => boolean {
  const wanted = value.toLowerCase();
  if (operator === ':') return (text) => text.toLowerCase().includes(wanted);
  if (operator === '=') return (text) => text.toLowerCase() === wanted;
  if (operator === '!=') return (text) => text.toLowerCase() !== wanted;
  const number = toNumber(value);
  if (number === undefined) return () => false;
  const test = numberTest(operator, number);
  return (text) => {
    const found = toNumber(text);
    return found !== undefined && test(found);
  };
}

const COMPARE: Readonly<Record<Operator, (value: number, wanted: number) => boolean>> = {
  ':': (value, wanted) => value === wanted,
  '=': (value, wanted) => value === wanted,
  '!=': (value, wanted) => value !== wanted,
  '>': (value, wanted) => value > wanted,
  '>=': (value, wanted) => value >= wanted,
  '<': (value, wanted) => value < wanted,
  '<=': (value, wanted) => value <= wanted,
};

export function numberTest(operator: Operator, wanted: number): (value: number) => boolean {
  const compare = COMPARE[operator];
  return (value) => compare(value, wanted);
}

export function toNumber(text: string): number | undefined {
  const number = text.trim() === '' ? NaN : Number(text);
  return Number.isFinite(number) ? number : undefined;
}

const UNITS: ReadonlyMap<string, number> = new Map([
  ['us', 0.001],
  ['µs', 0.001],
  ['ms', 1],
  ['', 1],
  ['s', 1000],
  ['m', 60_000],
  ['min', 60_000],
]);

/** `100ms`, `1.5s`, `2m`; a number alone counts milliseconds. */
export function toMilliseconds(text: string): number | undefined {
  const [, number = '', unit = ''] = /^([\d.]{1,20})([a-zµ]{0,3})$/i.exec(text.trim()) ?? [];
  const factor = UNITS.get(unit.toLowerCase());
  const value = toNumber(number);
  return factor === undefined || value === undefined ? undefined : value * factor;
}
