import { describe, expect, it } from 'vitest';
import { rowCountOf } from '../../../../libs/nestrace/src/edges/typeorm/row-count.js';

/** What mysql2 answers a write with. */
const header = { fieldCount: 0, affectedRows: 3, insertId: 7, serverStatus: 2, info: '' };

describe('rowCountOf', () => {
  it.each<[what: string, rawResults: unknown, expected: number | undefined]>([
    ['the list of SQLite', [{ id: 1 }, { id: 2 }], 2],
    ['an empty list', [], 0],
    ['the result of pg', { command: 'SELECT', rowCount: 2, rows: [{ id: 1 }, { id: 2 }] }, 2],
    [
      'a write of pg, which affected more than it returned',
      { command: 'UPDATE', rowCount: 5, rows: [] },
      0,
    ],
    [
      'several results of pg',
      [
        { command: 'SELECT', rows: [{}, {}] },
        { command: 'SELECT', rows: [{}] },
      ],
      3,
    ],
    ['several results of mysql2', [[{ id: 1 }], [{ id: 2 }, { id: 3 }], header], 3],
    ['a procedure of mysql2', [[{ id: 1 }], header], 1],
    ['writes of mysql2 only', [header, header], 0],
    ['rows that have a column called rows', [{ rows: [1, 2] }, { rows: [] }], 2],
    ['rows that have a column called affectedRows', [{ affectedRows: 1 }, { affectedRows: 2 }], 2],
    ['a write of mysql2', header, undefined],
    ['the id better-sqlite3 returns', 7, undefined],
    ['a bigint id', 7n, undefined],
    ['a result whose rows are no list', { rows: 7 }, undefined],
    ['nothing', undefined, undefined],
    ['null', null, undefined],
  ])('counts %s', (_what, rawResults, expected) => {
    expect(rowCountOf(rawResults)).toBe(expected);
  });
});
