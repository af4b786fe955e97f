import type { ResolvedOtelOptions } from '../../config/resolve-options.js';
import { RedactionPolicy } from '../../core/redaction/redaction-policy.js';
import {
  ATTR_DB_QUERY_TEXT,
  ATTR_USER_AGENT_ORIGINAL,
  LEGACY,
  PREFIX_DB_QUERY_PARAMETER,
} from '../attributes.js';

/**
 * What nestrace puts there itself: names of classes, methods and routes, and numbers. Statements are
 * looked at: others write them with their values.
 */
const HARMLESS =
  /^(?:nest\.|code\.|network\.|server\.(?:address|port)$|(?:error|exception)\.type$|http\.(?:route|request\.method|response\.status_code)|url\.scheme$|db\.(?:system|namespace|query\.summary|operation|response)|rpc\.(?:system|service|method)|otel\.|log\.severity$|telemetry\.sdk\.|process\.(?:pid|runtime\.)|os\.type$|host\.arch$)/;

/** What texts go by that are no attributes, where an application decides about values. */
export const SPAN_NAME = 'span.name';
export const EVENT_NAME = 'event.name';
export const STATUS_MESSAGE = 'status.message';

const REPEATING: ReadonlySet<string> = new Set([
  ATTR_DB_QUERY_TEXT,
  LEGACY.DB_STATEMENT,
  ATTR_USER_AGENT_ORIGINAL,
  LEGACY.HTTP_USER_AGENT,
  SPAN_NAME,
]);

/** The policy everything that leaves goes through; there is none where redaction is off. */
export function createRedaction({
  redaction,
  typeorm,
}: Pick<ResolvedOtelOptions, 'redaction' | 'typeorm'>): RedactionPolicy | undefined {
  if (!redaction.enabled) return undefined;
  return new RedactionPolicy({
    ...redaction,
    harmless: (key) => HARMLESS.test(key),
    repeating: (key) => REPEATING.has(key),
    alsoHidden: (key) =>
      !typeorm.captureParameters && key.startsWith(PREFIX_DB_QUERY_PARAMETER)
        ? 'typeorm.captureParameters'
        : undefined,
  });
}
