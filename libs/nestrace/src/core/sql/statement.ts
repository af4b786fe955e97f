import { BoundedMap } from '../bounded-map.js';
import type { Dialect } from './dialect.js';
import { maskLiterals } from './mask-literals.js';
import { summarize } from './summarize.js';
import { tokenize, type Token } from './tokenize.js';

/** What can be said about a statement from its text alone. */
export interface Statement {
  /** Operation and targets: `SELECT orders`. */
  readonly summary: string;
  /** The text with its literals masked. */
  readonly masked: string;
  readonly control: 'begin' | 'commit' | 'rollback' | undefined;
  /** Whether it answers with rows. */
  readonly returnsRows: boolean;
}

/** Longer statements, bulk inserts mostly, are judged by their beginning. */
const MAX_JUDGED = 10_000;
const CACHED_STATEMENTS = 1_000;

const ANSWER_WITH_ROWS = new Set([
  'SELECT',
  'WITH',
  'SHOW',
  'PRAGMA',
  'EXPLAIN',
  'VALUES',
  'TABLE',
  'DESCRIBE',
]);
/** What may follow BEGIN when it begins a transaction, and not a block of code. */
const AFTER_BEGIN = new Set([
  'TRANSACTION',
  'TRAN',
  'WORK',
  'DEFERRED',
  'IMMEDIATE',
  'EXCLUSIVE',
  'ISOLATION',
  'READ',
  'NOT',
]);

/** Reads statements; what was read once is remembered, since applications repeat themselves. */
export class StatementReader {
  private readonly cache = new BoundedMap<string, Statement>(CACHED_STATEMENTS);

  constructor(private readonly dialect: Dialect) {}

  read(sql: string): Statement {
    // Too long to be remembered as well: a cache of bulk inserts would be a leak with a bound.
    if (sql.length > MAX_JUDGED) {
      const beginning = this.judge(sql.slice(0, MAX_JUDGED));
      return { ...beginning, masked: `${beginning.masked}…` };
    }
    let statement = this.cache.get(sql);
    if (statement === undefined) {
      statement = this.judge(sql);
      this.cache.set(sql, statement);
    }
    return statement;
  }

  private judge(sql: string): Statement {
    const tokens = tokenize(sql, this.dialect);
    const first = tokens.find(({ text }) => text !== '(' && text !== ';');
    return {
      summary: summarize(tokens),
      masked: maskLiterals(sql, tokens),
      control: controlOf(tokens),
      returnsRows: ANSWER_WITH_ROWS.has(first?.text.toUpperCase() ?? ''),
    };
  }
}

/**
 * Which end of a transaction a text is. One with both ends in it leaves nothing open behind, and a
 * savepoint is a step inside of a transaction.
 */
function controlOf(tokens: readonly Token[]): Statement['control'] {
  const [first, ...others] = splitStatements(tokens);
  if (first === undefined) return undefined;
  const control = controlOfOne(first);
  if (control !== 'begin') return control;
  return others.some((other) => isEnd(controlOfOne(other))) ? undefined : 'begin';
}

function controlOfOne([first, second, third]: readonly string[]): Statement['control'] {
  if (first === 'START' && second === 'TRANSACTION') return 'begin';
  if (first === 'BEGIN' && (second === undefined || AFTER_BEGIN.has(second))) return 'begin';
  if (first === 'COMMIT') return 'commit';
  if (first === 'ROLLBACK' && second !== 'TO' && third !== 'TO') return 'rollback';
  return undefined;
}

function isEnd(control: Statement['control']): boolean {
  return control === 'commit' || control === 'rollback';
}

/** The first words of every statement of a text. */
function splitStatements(tokens: readonly Token[]): readonly (readonly string[])[] {
  const statements: string[][] = [];
  let current: string[] | undefined;
  for (const { text } of tokens) {
    if (text === ';') {
      current = undefined;
    } else if (current === undefined) {
      current = [text.toUpperCase()];
      statements.push(current);
    } else if (current.length < 3) {
      current.push(text.toUpperCase());
    }
  }
  return statements;
}
