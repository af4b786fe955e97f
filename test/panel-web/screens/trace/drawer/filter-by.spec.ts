import { expect, it } from 'vitest';
import { filterBy } from '../../../../../libs/panel-web/src/screens/trace/drawer/filter-by.js';

it.each([
  ['http.route', '/orders/:id', 'attr.http.route:="/orders/:id"'],
  ['status', '500', 'attr.status:=500'],
  ['odd key', 'say "hi" \\', 'attr."odd key":="say \\"hi\\" \\\\"'],
])('makes a query of %s %s', (key, value, query) => {
  expect(filterBy(key, value)).toBe(query);
});

it('makes none of what is empty or too long for a query', () => {
  expect(filterBy('a', '')).toBeUndefined();
  expect(filterBy('a', 'x'.repeat(300))).toBeUndefined();
});
