import { splitList } from '../../schema/kind.js';
import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';
import { list, type OptionTree } from '../option-tree.js';
import { choiceOf, entriesOf, itemsOf } from './nodes.js';

/** `propagator` as the option `propagators`. */
export function readPropagators(given: FileValue, options: OptionTree, report: Report): void {
  const entries = entriesOf(given, ['composite', 'composite_list'], report);
  const composite = entries.get('composite');
  const names: FileValue[] = [];
  const isGiven = composite !== undefined && composite.value !== null;
  for (const item of isGiven ? itemsOf(composite, report) : []) {
    const choice = choiceOf(item, 'one propagator, as tracecontext:', report);
    if (choice === undefined) continue;
    entriesOf(choice[1], [], report);
    names.push({ value: choice[0], place: choice[1].place });
  }
  const further = entries.get('composite_list');
  if (typeof further?.value === 'string') {
    for (const name of splitList(further.value)) names.push({ ...further, value: name });
  } else if (further !== undefined && further.value !== null) {
    report.problemIn(further, 'names of propagators, separated by commas');
  }
  const unique = names.filter(({ value }, index) => {
    return names.findIndex((other) => other.value === value) === index;
  });
  if (unique.length > 0) options.set('propagators', list(given.place, unique));
}
