import { SPAN_FLAG } from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import type { Tone } from '../../../parts/badge.js';

export interface RowBadge {
  readonly text: string;
  readonly tone: Tone;
  readonly title: string;
}

type Rule = readonly [flag: number, badge: RowBadge];

const RULES: readonly Rule[] = [
  [SPAN_FLAG.nPlusOne, { text: 'N+1', tone: 'n-plus-one', title: 'The same query, one by one' }],
  [SPAN_FLAG.fanOut, { text: 'fan-out', tone: 'accent', title: 'The same query, side by side' }],
  [SPAN_FLAG.slow, { text: 'slow', tone: 'slow', title: 'Slower than the limit for queries' }],
  [
    SPAN_FLAG.truncated,
    { text: 'truncated', tone: 'warn', title: 'Attributes, events or links were left out of it' },
  ],
  [
    SPAN_FLAG.cycle,
    { text: 'cycle', tone: 'warn', title: 'By their ids, these spans are each other’s parents' },
  ],
];

const RECEIVED: RowBadge = {
  text: 'received',
  tone: 'neutral',
  title: 'It came in from another process',
};
const NOT_EXPORTED: RowBadge = {
  text: 'not exported',
  tone: 'neutral',
  title: 'The sampler said no: it is kept here only',
};

/** What is said beside a name. What a parent says for all below it is not said again. */
export function badgesOf(
  flags: number,
  parentFlags: number,
  folded: number | undefined,
): RowBadge[] {
  const badges = RULES.filter(([flag]) => (flags & flag) !== 0).map(([, badge]) => badge);
  const begins = (flag: number) => (flags & flag) !== 0 && (parentFlags & flag) === 0;
  if (begins(SPAN_FLAG.received)) badges.push(RECEIVED);
  if (begins(SPAN_FLAG.notExported)) badges.push(NOT_EXPORTED);
  if ((flags & SPAN_FLAG.folded) !== 0) {
    const text = folded === undefined ? 'folded' : `folded ×${folded}`;
    badges.push({ text, tone: 'neutral', title: 'It stands for many short calls' });
  }
  return badges;
}
