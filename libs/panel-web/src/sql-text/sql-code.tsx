import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { printable, printableLine } from '../format/printable.js';
import { formatSql } from './format-sql.js';
import { tokenizeSql } from './tokenize-sql.js';
import './sql-code.css';

interface SqlCodeProps {
  readonly text: string;
  readonly class?: string;
}

/** Beyond that, drawing takes longer than reading would be worth. */
const MAX_DRAWN = 20_000;

/** A statement on one line, for rows. */
export function SqlLine({ text, class: extra = '' }: SqlCodeProps): JSX.Element {
  const shown = useMemo(() => printableLine(text.slice(0, 400)).replace(/(\s|⏎)+/g, ' '), [text]);
  return (
    <code class={`sql clip ${extra}`} title={shown}>
      <Tokens text={shown} />
    </code>
  );
}

/** A statement with its clauses on lines of their own. */
export function SqlBlock({ text, class: extra = '' }: SqlCodeProps): JSX.Element {
  const shown = useMemo(() => formatSql(printable(text.slice(0, MAX_DRAWN))), [text]);
  return (
    <pre class={`sql sql-block ${extra}`}>
      <Tokens text={shown} />
    </pre>
  );
}

function Tokens({ text }: { readonly text: string }): JSX.Element {
  const tokens = useMemo(() => tokenizeSql(text), [text]);
  return (
    <>
      {tokens.map(({ kind, text: part }) =>
        kind === 'space' || kind === 'symbol' ? part : <span class={`sql-${kind}`}>{part}</span>,
      )}
    </>
  );
}
