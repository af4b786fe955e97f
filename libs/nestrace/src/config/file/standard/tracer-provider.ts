import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';
import { list, type OptionTree } from '../option-tree.js';
import { readLimits, SPAN_LIMITS } from './limits.js';
import { entriesOf } from './nodes.js';
import { readProcessors } from './processors.js';
import { readSampler, useDefaultSampler } from './sampler.js';

const PROVIDER_PARTS = ['processors', 'limits', 'sampler'];

/** `tracer_provider`: where spans go, which are recorded and how large they grow. */
export function readProvider(
  given: FileValue | undefined,
  root: FileValue,
  options: OptionTree,
  report: Report,
): void {
  if (given === undefined) {
    const place = { ...root.place, path: 'tracer_provider' };
    report.unused({ place }, 'is missing: no spans are exported');
    options.set('exporters', list(place, []));
    return;
  }
  if (given.entries === undefined || !given.entries.has('processors')) {
    report.problemIn(given, 'a mapping with processors');
    return;
  }
  const known = [...PROVIDER_PARTS, 'tracer_configurator/development', 'tracer_configurator'];
  const entries = entriesOf(given, known, report);
  for (const [name, value] of entries) {
    if (name.startsWith('tracer_configurator')) {
      report.unused(value, 'is not used: every tracer makes spans');
    }
  }
  const processors = entries.get('processors');
  if (processors !== undefined) readProcessors(processors, options, report);
  readLimits(entries.get('limits'), SPAN_LIMITS, options, report);
  const sampler = entries.get('sampler');
  if (sampler === undefined || sampler.value === null) useDefaultSampler(given, options);
  else readSampler(sampler, options, report);
}
