import type { Token } from './tokenize.js';

/** https://opentelemetry.io/docs/specs/semconv/database/database-spans/#generating-a-summary-of-the-query */
const MAX_LENGTH = 255;

/** Begin a statement wherever they stand first, and are followed by what they work on. */
const OPENERS = new Set([
  'INSERT',
  'UPDATE',
  'DELETE',
  'REPLACE',
  'MERGE',
  'TRUNCATE',
  'CALL',
  'EXEC',
  'EXECUTE',
]);
/** Statements about the schema: the kind of object belongs to the operation. */
const DEFINERS = new Set(['CREATE', 'ALTER', 'DROP']);
/** Followed by the name of a table. */
const BEFORE_TABLE = new Set(['FROM', 'JOIN', 'STRAIGHT_JOIN', 'INTO']);
/** May stand between an operation and its preposition: `INSERT OR IGNORE INTO`. */
const MODIFIERS = new Set([
  'OR',
  'IGNORE',
  'REPLACE',
  'ABORT',
  'FAIL',
  'ROLLBACK',
  'LOW_PRIORITY',
  'HIGH_PRIORITY',
  'DELAYED',
  'QUICK',
]);
const PREPOSITIONS = new Set(['INTO', 'FROM', 'TABLE']);
/** May stand directly in front of a target. */
const FILLERS = new Set(['ONLY', 'IF', 'NOT', 'EXISTS', 'CONCURRENTLY', 'LATERAL']);
/** What a definition may be about; words before it (`UNIQUE`, `OR REPLACE`) are left out. */
const OBJECTS = new Set([
  'DATABASE',
  'EXTENSION',
  'FUNCTION',
  'INDEX',
  'PROCEDURE',
  'ROLE',
  'SCHEMA',
  'SEQUENCE',
  'TABLE',
  'TRIGGER',
  'TYPE',
  'USER',
  'VIEW',
]);

/** Begin a statement inside of parentheses, besides the openers. */
const BEGIN_INSIDE = new Set(['SELECT', 'WITH', 'VALUES']);

/**
 * Says in a few words what a statement does: its operations and the tables they touch, in the
 * order they stand (`INSERT orders SELECT carts`). The number of different summaries of an
 * application is small, which is what a span name has to be.
 */
export function summarize(tokens: readonly Token[]): string {
  const parts = new SummaryReader(tokens).read();
  let summary = '';
  for (const part of parts) {
    const longer = summary === '' ? part : `${summary} ${part}`;
    if (longer.length > MAX_LENGTH) break;
    summary = longer;
  }
  return summary;
}

class SummaryReader {
  private readonly parts: string[] = [];
  private index = 0;
  /** For every open parenthesis: is a statement inside of it? `EXTRACT(year FROM …)` has none. */
  private readonly inStatement: boolean[] = [true];
  /** The next word is the first one of a statement. */
  private atStart = true;
  private inWith = false;

  constructor(private readonly tokens: readonly Token[]) {}

  read(): readonly string[] {
    while (this.index < this.tokens.length) this.step();
    return this.parts;
  }

  private step(): void {
    const token = this.tokens[this.index++] as Token;
    if (token.type === 'symbol') this.symbol(token.text);
    else if (token.type === 'word') this.word(token.text.toUpperCase());
  }

  private symbol(symbol: string): void {
    if (symbol === '(') {
      const next = this.peek() ?? '';
      const opens = BEGIN_INSIDE.has(next) || OPENERS.has(next);
      this.inStatement.push(opens);
      this.atStart = opens;
    } else if (symbol === ')') {
      if (this.inStatement.length > 1) this.inStatement.pop();
      // What follows the list of a WITH is the first word of the main statement.
      this.atStart = this.inWith && OPENERS.has(this.peek() ?? '');
    } else if (symbol === ';') {
      this.atStart = true;
    }
  }

  private word(word: string): void {
    if (!this.inStatement.at(-1)) return;
    const first = this.atStart;
    this.atStart = false;
    if (word === 'SELECT') this.parts.push(word);
    else if (first && word === 'WITH') this.inWith = true;
    else if (first && OPENERS.has(word)) this.operation(word);
    else if (first && DEFINERS.has(word)) this.definition(word);
    else if (BEFORE_TABLE.has(word)) this.tables();
    else if (first && !this.isInside) this.other(word);
  }

  private operation(word: string): void {
    this.parts.push(word);
    this.skip(MODIFIERS);
    if (PREPOSITIONS.has(this.peek() ?? '')) this.index++;
    this.skip(FILLERS);
    this.target();
  }

  private definition(word: string): void {
    for (let ahead = this.index; ahead < Math.min(this.index + 6, this.tokens.length); ahead++) {
      const object = this.tokens[ahead]?.text.toUpperCase() ?? '';
      if (!OBJECTS.has(object)) continue;
      this.parts.push(`${word} ${object}`);
      this.index = ahead + 1;
      this.skip(FILLERS);
      this.target();
      return;
    }
    this.parts.push(word);
  }

  /** Anything else is named by its first word: PRAGMA, SHOW, COMMIT; START TRANSACTION by two. */
  private other(word: string): void {
    this.parts.push(word === 'START' && this.peek() === 'TRANSACTION' ? 'START TRANSACTION' : word);
  }

  /** One table, or several with commas and aliases between them. */
  private tables(): void {
    if (this.tokens[this.index - 2]?.text.toUpperCase() === 'DISTINCT') return;
    this.skip(FILLERS);
    if (!this.target()) return;
    for (let ahead = this.index; ahead < this.index + 3; ahead++) {
      const token = this.tokens[ahead];
      if (token?.text === ',') {
        this.index = ahead + 1;
        this.tables();
        return;
      }
      const isAlias =
        token?.type === 'name' || token?.text.toUpperCase() === 'AS' || token?.type === 'word';
      if (!isAlias) return;
    }
  }

  /** A name, maybe with the names of schema and database in front of it. */
  private target(): boolean {
    const names: string[] = [];
    while (this.tokens[this.index]?.type === 'word' || this.tokens[this.index]?.type === 'name') {
      names.push((this.tokens[this.index] as Token).text);
      this.index++;
      if (this.tokens[this.index]?.text !== '.') break;
      this.index++;
    }
    if (names.length === 0) return false;
    this.parts.push(names.join('.'));
    return true;
  }

  private skip(words: ReadonlySet<string>): void {
    while (this.tokens[this.index]?.type === 'word' && words.has(this.peek() ?? '')) this.index++;
  }

  private get isInside(): boolean {
    return this.inStatement.length > 1;
  }

  private peek(): string | undefined {
    return this.tokens[this.index]?.text.toUpperCase();
  }
}
