import { clauseAt, isConjunction } from './sql-clauses.js';
import { tokenizeSql, type SqlToken } from './tokenize-sql.js';

/** A statement up to this length is read at once; lines are wrapped after a comma beyond it. */
const LINE = 88;
const INDENT = '  ';

interface Frame {
  /** The parenthesis holds a query, so its clauses get lines of their own. */
  readonly isQuery: boolean;
  readonly indent: number;
}

/**
 * A long statement with a line for each clause. Only white space changes: what the database got can
 * still be read off, and copied.
 */
export function formatSql(text: string): string {
  const tokens = tokenizeSql(text.trim());
  const words = tokens.filter(({ kind }) => kind !== 'space');
  const flat = tokens.map(({ kind, text: part }) => (kind === 'space' ? ' ' : part)).join('');
  const hasLineComment = words.some(isLineComment);
  if (flat.length <= LINE && !hasLineComment) return flat;
  return new Layout(tokens).lines();
}

const isLineComment = ({ kind, text }: SqlToken) => kind === 'comment' && text.startsWith('--');

/** Puts one token after the other, and keeps account of the parentheses it is in. */
class Layout {
  private readonly done: string[] = [];
  private readonly frames: Frame[] = [{ isQuery: true, indent: 0 }];
  private readonly words: readonly SqlToken[];
  private readonly spaced: readonly boolean[];
  private line = '';
  private between = false;

  constructor(tokens: readonly SqlToken[]) {
    this.words = tokens.filter(({ kind }) => kind !== 'space');
    this.spaced = tokens.flatMap(({ kind }, index) =>
      kind === 'space' ? [] : [tokens[index - 1]?.kind === 'space'],
    );
  }

  lines(): string {
    this.words.forEach((token, index) => this.put(token, index));
    this.breakLine(0);
    return this.done.join('\n');
  }

  private put(token: SqlToken, index: number): void {
    const frame = this.frames.at(-1) ?? { isQuery: true, indent: 0 };
    const previous = this.words[index - 1];
    if (token.text === ')') this.close(frame);
    else if (previous !== undefined) this.breakBefore(token, index, previous, frame);
    if (this.line.trim() !== '' && this.spaced[index]) this.line += ' ';
    this.line += token.text;
    if (token.text === '(') this.open(index);
    if (isLineComment(token)) this.breakLine(this.indent());
  }

  private breakBefore(token: SqlToken, index: number, previous: SqlToken, frame: Frame): void {
    const word = token.text.toUpperCase();
    if (word === 'BETWEEN') this.between = true;
    if (frame.isQuery && token.kind === 'keyword') {
      if (clauseAt(this.words, index)) this.breakLine(frame.indent);
      else if (isConjunction(word) && !this.between) this.breakLine(frame.indent + 1);
    }
    if (word === 'AND') this.between = false;
    if (previous.text === ',' && this.line.length > LINE - 8) this.breakLine(this.indent() + 1);
  }

  private open(index: number): void {
    const next = this.words[index + 1]?.text.toUpperCase();
    const isQuery = next === 'SELECT' || next === 'WITH';
    this.frames.push({ isQuery, indent: this.indent() + (isQuery ? 1 : 0) });
    if (isQuery) this.breakLine(this.indent());
  }

  private close(frame: Frame): void {
    if (this.frames.length > 1) this.frames.pop();
    if (frame.isQuery && frame.indent > 0) this.breakLine(this.indent());
  }

  private indent(): number {
    return this.frames.at(-1)?.indent ?? 0;
  }

  private breakLine(indent: number): void {
    if (this.line.trim() !== '') this.done.push(this.line.trimEnd());
    this.line = INDENT.repeat(indent);
  }
}
