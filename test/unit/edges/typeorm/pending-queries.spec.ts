import { describe, expect, it } from 'vitest';
import { PendingQueries } from '../../../../libs/nestrace/src/edges/typeorm/pending-queries.js';
import type { AfterQueryLike } from '../../../../libs/nestrace/src/edges/typeorm/typeorm-shapes.js';
import { runner } from '../../support/typeorm-doubles.js';

interface Entry {
  readonly name: string;
  readonly query: string;
  readonly parameters?: unknown;
}

const queryRunner = runner();

function entry(name: string, query: string, parameters?: unknown): Entry {
  return { name, query, parameters };
}

function end(query: string, parameters?: unknown, on = queryRunner): AfterQueryLike {
  return { queryRunner: on, query, parameters, success: true };
}

function withEntries(...entries: readonly Entry[]): PendingQueries<Entry> {
  const pending = new PendingQueries<Entry>();
  for (const each of entries) pending.add(queryRunner, each);
  return pending;
}

describe('PendingQueries', () => {
  it('brings an end together with its beginning, once', () => {
    const pending = withEntries(entry('a', 'SELECT 1', []));
    expect(pending.take(end('SELECT 1', []))?.name).toBe('a');
    expect(pending.take(end('SELECT 1', []))).toBeUndefined();
    expect(pending.countOf(queryRunner)).toBe(0);
  });

  it('finds nothing for an end without beginning', () => {
    const pending = withEntries(entry('a', 'SELECT 1'));
    expect(pending.take(end('SELECT 2'))).toBeUndefined();
    expect(pending.take(end('SELECT 1', undefined, runner()))).toBeUndefined();
    expect(pending.countOf(queryRunner)).toBe(1);
  });

  it('tells queries with the same text by their parameters', () => {
    const pending = withEntries(
      entry('a', 'SELECT ?', ['x']),
      entry('b', 'SELECT ?', ['y']),
      entry('c', 'SELECT ?', ['x', 'y']),
    );
    expect(pending.take(end('SELECT ?', ['x', 'y']))?.name).toBe('c');
    expect(pending.take(end('SELECT ?', ['y']))?.name).toBe('b');
    expect(pending.take(end('SELECT ?', ['x']))?.name).toBe('a');
  });

  it('ends equal queries in the order they began', () => {
    const pending = withEntries(entry('a', 'SELECT ?', ['x']), entry('b', 'SELECT ?', ['x']));
    expect(pending.take(end('SELECT ?', ['x']))?.name).toBe('a');
    expect(pending.take(end('SELECT ?', ['x']))?.name).toBe('b');
  });

  it('knows the copy in which SQL.js turns undefined into null', () => {
    const pending = withEntries(
      entry('a', 'SELECT ?', [null, 1]),
      entry('b', 'SELECT ?', [undefined, 2]),
    );
    expect(pending.take(end('SELECT ?', [null, 2]))?.name).toBe('b');
  });

  it('tells a parameter that is not a number by itself', () => {
    const pending = withEntries(entry('a', 'SELECT ?', [1]), entry('b', 'SELECT ?', [NaN]));
    expect(pending.take(end('SELECT ?', [NaN]))?.name).toBe('b');
  });

  it('goes by the text where a driver changed the parameters', () => {
    const pending = withEntries(entry('a', 'SELECT 1'), entry('b', 'SELECT ?', [true]));
    expect(pending.take(end('SELECT ?', [1]))?.name).toBe('b');
  });

  it('keeps runners apart', () => {
    const other = runner();
    const pending = withEntries(entry('a', 'SELECT 1'));
    pending.add(other, entry('b', 'SELECT 1'));
    expect(pending.take(end('SELECT 1', undefined, other))?.name).toBe('b');
    expect(pending.take(end('SELECT 1'))?.name).toBe('a');
  });

  it('takes out the very entry it is given, and only once', () => {
    const [a, b] = [entry('a', 'SELECT 1'), entry('b', 'SELECT 1')];
    const pending = withEntries(a, b);
    expect(pending.remove(queryRunner, b)).toBe(true);
    expect(pending.remove(queryRunner, b)).toBe(false);
    expect(pending.remove(runner(), a)).toBe(false);
    expect(pending.take(end('SELECT 1'))).toBe(a);
  });

  it('lets the oldest go when ends do not come', () => {
    const pending = new PendingQueries<Entry>();
    for (let index = 0; index < 1000; index++) {
      expect(pending.add(queryRunner, entry(`${index}`, 'SELECT 1'))).toBeUndefined();
    }
    expect(pending.add(queryRunner, entry('1000', 'SELECT 1'))?.name).toBe('0');
    expect(pending.countOf(queryRunner)).toBe(1000);
  });
});
