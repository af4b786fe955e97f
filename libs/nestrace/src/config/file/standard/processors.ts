import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';
import { list, type OptionTree } from '../option-tree.js';
import { readExporter, withoutLimit } from './exporters.js';
import { choiceOf, entriesOf, itemsOf } from './nodes.js';

const ACCEPTED = 'batch or simple';
const BATCH = {
  schedule_delay: 'scheduled_delay_ms',
  export_timeout: 'export_timeout_ms',
  max_queue_size: 'max_queue_size',
  max_export_batch_size: 'max_export_batch_size',
} as const;

/** `tracer_provider.processors` as the options `exporters`, `processor` and `batch`. */
export function readProcessors(given: FileValue, options: OptionTree, report: Report): void {
  const exporters: FileValue[] = [];
  const batches: FileValue[] = [];
  const simple: FileValue[] = [];
  const toConsole: FileValue[] = [];
  for (const item of itemsOf(given, report)) {
    const choice = choiceOf(item, ACCEPTED, report);
    if (choice === undefined) continue;
    const [name, processor] = choice;
    if (name !== 'batch' && name !== 'simple') {
      report.problemIn(
        processor,
        `${ACCEPTED}. Any other SpanProcessor is given as one of processors in OtelModule.forRoot()`,
      );
      continue;
    }
    const known = name === 'batch' ? ['exporter', ...Object.keys(BATCH)] : ['exporter'];
    const exporter = entriesOf(processor, known, report).get('exporter');
    if (exporter === undefined) {
      report.problemIn(processor, 'a mapping with an exporter');
      continue;
    }
    const read = readExporter(exporter, report);
    if (read !== undefined) exporters.push(read);
    const isBatch = name === 'batch';
    // The console is written to at once, whatever the processor.
    const isConsole = exporter.entries?.has('console') === true;
    if (!isConsole) (isBatch ? batches : simple).push(processor);
    else if (isBatch) toConsole.push(processor);
  }
  options.set('exporters', list(given.place, exporters));
  readQueue(batches.length + simple.length === 0 ? toConsole : batches, simple, options, report);
}

/** All exporters of nestrace wait in the same way, each in a queue of its own. */
function readQueue(
  batches: readonly FileValue[],
  simple: readonly FileValue[],
  options: OptionTree,
  report: Report,
): void {
  const [batch, ...others] = batches;
  if (batch === undefined) {
    const [first] = simple;
    if (first !== undefined) options.set('processor', { value: 'simple', place: first.place });
    return;
  }
  for (const one of simple) {
    report.unused(one, 'works in batches, as the other processors do: it is one way for all');
  }
  options.set('processor', { value: 'batch', place: batch.place });
  for (const [name, option] of Object.entries(BATCH)) {
    const value = batch.entries?.get(name);
    options.set(`batch.${option}`, name === 'export_timeout' ? withoutLimit(value) : value);
    for (const other of others) {
      const differing = other.entries?.get(name);
      if (differing === undefined || differing.value === value?.value) continue;
      report.unused(
        differing,
        'is not used: the settings of the first batch processor are for all',
      );
    }
  }
}
