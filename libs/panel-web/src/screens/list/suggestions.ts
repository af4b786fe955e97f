import { quoted, termsOf } from './query-terms.js';

export interface Suggestion {
  /** What takes the place of the word at the caret. */
  readonly text: string;
  readonly hint: string;
}

export interface Suggestions {
  readonly from: number;
  readonly to: number;
  readonly options: readonly Suggestion[];
}

/** What has been seen so far. */
export interface Seen {
  readonly attributeKeys: readonly string[];
  readonly routes: readonly string[];
  readonly services: readonly string[];
}

const KEYS: readonly Suggestion[] = [
  { text: 'status:', hint: 'status:>=500' },
  { text: 'dur:', hint: 'dur:>100ms' },
  { text: 'has:error', hint: 'something failed' },
  { text: 'has:n+1', hint: 'repeated queries' },
  { text: 'is:inflight', hint: 'not ended yet' },
  { text: 'is:slow', hint: 'longer than it should be' },
  { text: 'has:fan-out', hint: 'the same query side by side' },
  { text: 'has:logs', hint: 'lines of the log' },
  { text: 'is:orphan', hint: 'root not here' },
  { text: 'is:notexported', hint: 'kept here only' },
  { text: 'route:', hint: 'route:/orders' },
  { text: 'service:', hint: 'service:orders-api' },
  { text: 'method:', hint: 'method:POST' },
  { text: 'path:', hint: 'path:/orders/42' },
  { text: 'name:', hint: 'name of any span' },
  { text: 'sql:', hint: 'sql:>10' },
  { text: 'spans:', hint: 'spans:>100' },
  { text: 'kind:', hint: 'kind:http' },
  { text: 'attr.', hint: 'any attribute' },
];

const KINDS = ['http', 'graphql', 'rpc', 'queue', 'cron', 'websocket', 'event', 'operation'];
const MAX_OPTIONS = 8;

/** For the word the caret is in or behind. */
export function suggest(query: string, caret: number, seen: Seen): Suggestions {
  const term = termsOf(query).find(({ from, to }) => from <= caret && caret <= to);
  const from = term?.from ?? caret;
  const to = term?.to ?? caret;
  const word = query.slice(from, caret).toLowerCase();
  const options = candidates(word, seen)
    .filter(({ text }) => text.toLowerCase().startsWith(word) && text !== word)
    .slice(0, MAX_OPTIONS);
  return { from, to, options };
}

/** The query with an option in it, and where the caret goes. */
export function accept(
  query: string,
  { from, to }: Suggestions,
  option: Suggestion,
): { query: string; caret: number } {
  // Who gets a key goes on with its value; anything else is complete.
  const isComplete = !/[:.]$/.test(option.text);
  const before = query.slice(0, from) + option.text;
  const after = query.slice(to).trimStart();
  const gap = isComplete || after !== '' ? ' ' : '';
  return { query: before + gap + after, caret: before.length + (isComplete ? 1 : 0) };
}

function candidates(word: string, seen: Seen): Suggestion[] {
  if (word.startsWith('route:')) return values('route:', seen.routes, 'route');
  if (word.startsWith('service:')) return values('service:', seen.services, 'service');
  if (word.startsWith('kind:')) return values('kind:', KINDS, 'entry');
  if (word.startsWith('attr.')) {
    return seen.attributeKeys.map((key) => ({ text: `attr.${key}:`, hint: 'attribute' }));
  }
  return [...KEYS];
}

function values(key: string, all: readonly string[], hint: string): Suggestion[] {
  return all.map((value) => ({ text: key + quoted(value), hint }));
}
