import type { ResolvedPanelOptions } from '../../config/panel.options.js';
import { RedactionPolicy } from '../../core/redaction/redaction-policy.js';
import {
  ATTR_DB_QUERY_PARAMETER,
  ATTR_DB_QUERY_TEXT,
  ATTR_EXCEPTION_STACKTRACE,
  LEGACY,
} from '../attributes.js';

/**
 * What nestrace puts there itself: names of classes, methods and routes, and numbers. Statements are
 * looked at: others write them with their values.
 */
const HARMLESS =
  /^(nest\.|code\.|network\.|server\.|error\.type$|http\.(route|request\.method|response\.status_code)|url\.scheme$|db\.(system|namespace|query\.summary|operation|response)|rpc\.(system|service|method)|otel\.)/;

const PARAMETERS = ATTR_DB_QUERY_PARAMETER('');

/** Statements and stacks are worth more room than other values. */
const EXTRA_LENGTH: Readonly<Record<string, number>> = {
  [ATTR_DB_QUERY_TEXT]: 1.25,
  [LEGACY.DB_STATEMENT]: 1.25,
  [ATTR_EXCEPTION_STACKTRACE]: 2,
};

/**
 * What the panel hides. Exporters have a policy of their own: what is sent to a backend was decided
 * by the options of each edge.
 */
export function createPanelRedaction(
  { redact, limits }: Pick<ResolvedPanelOptions, 'redact' | 'limits'>,
  showsParameters: boolean,
): RedactionPolicy {
  return new RedactionPolicy({
    ...redact,
    harmless: (key) => HARMLESS.test(key),
    alsoHidden: (key) =>
      !showsParameters && key.startsWith(PARAMETERS) ? 'typeorm.captureParameters' : undefined,
    maxLength: (key) => Math.floor(limits.maxValueLength * (EXTRA_LENGTH[key] ?? 1)),
    maxCount: limits.maxAttributes,
  });
}
