import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { hueClass, HUES } from '../../../libs/panel-web/src/format/hue.js';

it('gives a service the same hue every time, and spreads them', () => {
  const names = Array.from({ length: 60 }, (_, index) => `service-${index}`);
  expect(hueClass('orders-api')).toBe(hueClass('orders-api'));
  expect(new Set(names.map(hueClass)).size).toBe(HUES);
});

it('has a colour for each in the style sheet', () => {
  const css = readFileSync('libs/panel-web/src/theme/hues.css', 'utf8');
  const classes = new Set(css.match(/hue-\d+/g));
  expect(classes.size).toBe(HUES);
});
