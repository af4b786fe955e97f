import { isKeyword } from './sql-keywords.js';

export type SqlTokenKind =
  'keyword' | 'name' | 'string' | 'number' | 'parameter' | 'comment' | 'symbol' | 'space';

export interface SqlToken {
  readonly kind: SqlTokenKind;
  readonly text: string;
}

/**
 * One alternative after the other, each of which takes at least one character and looks at none
 * twice. What is never closed goes on to the end.
 */
const TOKEN = new RegExp(
  [
    String.raw`(?<space>\s+)`,
    String.raw`(?<comment>--[^\n]*|/\*[\s\S]*?(?:\*/|$))`,
    String.raw`(?<string>'(?:[^']|'')*(?:'|$)|\$(?<tag>[A-Za-z_]\w*)?\$[\s\S]*?(?:\$\k<tag>\$|$))`,
    String.raw`(?<quoted>"(?:[^"]|"")*(?:"|$)|${'`'}[^${'`'}]*(?:${'`'}|$))`,
    String.raw`(?<parameter>\$\d+|\?|@\w+|(?<!:):[A-Za-z_]\w*)`,
    String.raw`(?<number>(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\b)`,
    String.raw`(?<word>[\p{L}_][\p{L}\p{N}_$]*)`,
    String.raw`(?<symbol>[\s\S])`,
  ].join('|'),
  'giu',
);

/** Together, the tokens are the text again, whatever it is. */
export function tokenizeSql(text: string): SqlToken[] {
  const tokens: SqlToken[] = [];
  for (const match of text.matchAll(TOKEN)) {
    const [part] = match;
    tokens.push({ kind: kindOf(match.groups ?? {}, part), text: part });
  }
  return tokens;
}

function kindOf(groups: Readonly<Record<string, string | undefined>>, part: string): SqlTokenKind {
  if (groups['word'] !== undefined) return isKeyword(part) ? 'keyword' : 'name';
  if (groups['quoted'] !== undefined) return 'name';
  for (const kind of ['space', 'comment', 'string', 'parameter', 'number'] as const) {
    if (groups[kind] !== undefined) return kind;
  }
  return 'symbol';
}
