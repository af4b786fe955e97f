import type { RepeatedStatement } from '../../../../nestrace/src/sinks/panel/contract/index.js';

/** The same loop, in all the traces it ran in. */
export interface RepeatGroup {
  readonly key: string;
  /** The run that took longest. */
  readonly worst: RepeatedStatement;
  readonly traces: number;
}

/** One entry for each caller and statement; what took the most time in all comes first. */
export function groupRepeats(repeats: readonly RepeatedStatement[]): RepeatGroup[] {
  const groups = new Map<string, RepeatedStatement[]>();
  for (const repeat of repeats) {
    const key = [repeat.kind, repeat.fingerprint, repeat.caller].join(' ');
    const list = groups.get(key);
    if (list === undefined) groups.set(key, [repeat]);
    else list.push(repeat);
  }
  return [...groups]
    .map(([key, list]) => ({ key, total: sumOf(list), group: groupOf(key, list) }))
    .toSorted((a, b) => b.total - a.total)
    .map(({ group }) => group);
}

function groupOf(key: string, list: readonly RepeatedStatement[]): RepeatGroup {
  const worst = list.reduce((most, one) => (one.totalMs > most.totalMs ? one : most));
  return { key, worst, traces: new Set(list.map(({ traceId }) => traceId)).size };
}

const sumOf = (list: readonly RepeatedStatement[]) =>
  list.reduce((sum, { totalMs }) => sum + totalMs, 0);
