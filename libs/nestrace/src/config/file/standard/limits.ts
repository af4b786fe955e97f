import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';
import type { OptionTree } from '../option-tree.js';
import { entriesOf } from './nodes.js';

export const GENERAL_LIMITS = {
  attribute_value_length_limit: 'attribute_value_length',
  attribute_count_limit: 'attribute_count',
} as const;
export const SPAN_LIMITS = {
  ...GENERAL_LIMITS,
  event_count_limit: 'event_count',
  link_count_limit: 'link_count',
  event_attribute_count_limit: 'attribute_per_event_count',
  link_attribute_count_limit: 'attribute_per_link_count',
} as const;

/** Limits, those of all signals or of spans, as the options `limits`. */
export function readLimits(
  given: FileValue | undefined,
  names: Readonly<Record<string, string>>,
  options: OptionTree,
  report: Report,
): void {
  const entries = entriesOf(given, Object.keys(names), report);
  for (const [name, option] of Object.entries(names)) {
    options.set(`limits.${option}`, entries.get(name));
  }
}
