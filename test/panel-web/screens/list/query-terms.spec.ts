import { describe, expect, it } from 'vitest';
import {
  hasTerm,
  quoted,
  termsOf,
  toggleTerm,
} from '../../../../libs/panel-web/src/screens/list/query-terms.js';

describe('the terms of a query', () => {
  it('are apart by blanks, unless those are in quotes', () => {
    expect(termsOf(' has:error  route:"GET /orders" x').map(({ text }) => text)).toEqual([
      'has:error',
      'route:"GET /orders"',
      'x',
    ]);
  });

  it('have a place', () => {
    expect(termsOf('a  "b c')).toEqual([
      { text: 'a', from: 0, to: 1 },
      { text: '"b c', from: 3, to: 7 },
    ]);
  });

  it('are put in and taken out', () => {
    expect(toggleTerm('', 'has:error')).toBe('has:error');
    expect(toggleTerm('dur:>1s', 'has:error')).toBe('dur:>1s has:error');
    expect(toggleTerm('has:error dur:>1s has:error', 'has:error')).toBe('dur:>1s');
    expect(hasTerm('dur:>1s has:error', 'has:error')).toBe(true);
    expect(hasTerm('has:errors', 'has:error')).toBe(false);
  });

  it('are quoted where they would fall apart', () => {
    expect(quoted('/orders/')).toBe('/orders/');
    expect(quoted('/orders/:id')).toBe('/orders/:id');
    expect(quoted('>5')).toBe('">5"');
    const hard = String.raw`GET "x" \y`;
    expect(quoted(hard)).toBe(String.raw`"GET \"x\" \\y"`);
    expect(termsOf(`a name:=${quoted(hard)} b`)).toHaveLength(3);
  });
});
