import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';
import { OptionTree } from '../option-tree.js';
import { checkFormat } from './file-format.js';
import { GENERAL_LIMITS, readLimits } from './limits.js';
import { readLogLevel } from './log-level.js';
import { entriesOf } from './nodes.js';
import { readPropagators } from './propagators.js';
import { readResource } from './resource.js';
import { readProvider } from './tracer-provider.js';

/** Signals and parts that are for others to set up, and what to say about them. */
const NOT_USED: Readonly<Record<string, string>> = {
  meter_provider: 'is not used: the metrics of nestrace are set up by the option metrics',
  logger_provider: 'is not used: log records become events of spans, see the option logs',
  'instrumentation/development': 'is not used: what is traced is said by the options of nestrace',
  instrumentation: 'is not used: what is traced is said by the options of nestrace',
  distribution: 'is not used: it is for other distributions of OpenTelemetry',
};
const USED = [
  'file_format',
  'stability',
  'disabled',
  'log_level',
  'attribute_limits',
  'resource',
  'propagator',
  'tracer_provider',
  'tracing',
];

/**
 * OpenTelemetry's declarative configuration, as far as it is about traces, as options.
 *
 * @see https://opentelemetry.io/docs/specs/otel-config/types/
 */
export function readStandard(root: FileValue, report: Report): FileValue {
  const options = new OptionTree(root.place);
  const entries = entriesOf(root, [...USED, ...Object.keys(NOT_USED)], report);
  checkFormat(entries.get('file_format'), report);
  for (const [name, why] of Object.entries(NOT_USED)) {
    const value = entries.get(name);
    if (value !== undefined) report.unused(value, why);
  }
  const disabled = entries.get('disabled');
  if (typeof disabled?.value === 'boolean') {
    options.set('enabled', { ...disabled, value: !disabled.value });
  } else if (disabled !== undefined && disabled.value !== null) {
    report.problemIn(disabled, 'true or false');
  }
  readLogLevel(entries.get('log_level'), options, report);
  const resource = entries.get('resource');
  if (resource !== undefined) readResource(resource, options, report);
  const propagator = entries.get('propagator');
  if (propagator !== undefined) readPropagators(propagator, options, report);
  readLimits(entries.get('attribute_limits'), GENERAL_LIMITS, options, report);
  readProvider(entries.get('tracer_provider'), root, options, report);
  return options.value;
}
