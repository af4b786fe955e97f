import type { Attributes } from '@opentelemetry/api';
import { LOG_LEVEL_KEYS, LOG_MESSAGE_KEYS } from '../../../pipeline/attributes.js';
import type { StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import type { LogLine, TraceLogs } from '../contract/index.js';
import { attributeText, textOf } from '../spans/read-attributes.js';
import { toMicros } from '../tree/span-times.js';
import { treeOf } from '../tree/trace-tree.js';
import { isException } from './error-items.js';

const MAX_LINES = 5_000;

const lines = new WeakMap<StoredTrace, readonly LogLine[]>();

/** What the spans of a trace noted down while they ran, in the order of time. */
export function traceLogs(trace: StoredTrace): TraceLogs {
  let found = lines.get(trace);
  if (found === undefined) {
    found = readLines(trace);
    lines.set(trace, found);
  }
  return { lines: found };
}

export function logCountOf({ spans }: StoredTrace): number {
  let count = 0;
  for (const { events } of spans) {
    for (const event of events) if (!isException(event)) count++;
  }
  return count;
}

function readLines(trace: StoredTrace): readonly LogLine[] {
  const { rows, startMs } = treeOf(trace);
  const found: LogLine[] = [];
  rows.forEach((treeRow, row) => {
    const { span } = treeRow;
    for (const event of span?.events ?? []) {
      if (span === undefined || isException(event)) continue;
      const timeMs = Number.isFinite(event.timeMs) ? event.timeMs : treeRow.startMs;
      const { attributes } = event;
      const levelKey = keyOf(attributes, LOG_LEVEL_KEYS);
      const messageKey = keyOf(attributes, LOG_MESSAGE_KEYS);
      found.push({
        row,
        spanId: span.spanId,
        spanName: span.name,
        at: toMicros(timeMs - startMs),
        level: textOf(attributes, levelKey ?? '')?.toLowerCase() ?? 'event',
        message: textOf(attributes, messageKey ?? '') ?? event.name,
        // What has a place of its own is not said twice.
        attributes: Object.keys(attributes)
          .filter((key) => key !== levelKey && key !== messageKey)
          .map((key) => ({ key, value: attributeText(attributes[key]) })),
      });
    }
  });
  return found.toSorted((a, b) => a.at - b.at).slice(0, MAX_LINES);
}

function keyOf(attributes: Attributes, keys: readonly string[]): string | undefined {
  return keys.find((key) => textOf(attributes, key) !== undefined);
}
