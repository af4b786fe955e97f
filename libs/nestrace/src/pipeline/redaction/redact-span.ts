import { noteFailure } from '../../core/failures.js';
import type { HidingRules, RedactionPolicy } from '../../core/redaction/redaction-policy.js';
import type { RecordedSpan } from '../spans/recorded-span.js';
import { EVENT_NAME, SPAN_NAME, STATUS_MESSAGE } from './create-redaction.js';

/** On a span that was looked at, and had nothing to hide. */
const NOTHING: HidingRules = Object.freeze({});

/**
 * Takes out of a span that is about to end what must not leave: in place, so that everybody after
 * it sees the same. Never throws; a span that cannot be judged leaves without its values.
 */
export function redactSpan(span: RecordedSpan, policy: RedactionPolicy): void {
  try {
    span.name = policy.text(SPAN_NAME, nameOf(span));
    span.redacted = policy.clean(span.attributes) ?? NOTHING;
    const { code, message } = span.status;
    if (message !== undefined) {
      const shown = policy.text(STATUS_MESSAGE, message);
      if (shown !== message) span.status = { code, message: shown };
    }
    if (span.hasEventsOrLinks) redactEventsAndLinks(span, policy);
  } catch (error) {
    noteFailure('processor.end', error);
    span.forget();
    span.redacted = NOTHING;
  }
}

/** Whoever writes no types may have given it another thing for a name. */
function nameOf({ name }: { readonly name: unknown }): string {
  return typeof name === 'string' ? name : String(name);
}

function redactEventsAndLinks(span: RecordedSpan, policy: RedactionPolicy): void {
  for (const event of span.events) {
    const shown = policy.text(EVENT_NAME, nameOf(event));
    if (shown !== event.name) event.name = shown;
    if (event.attributes !== undefined) policy.clean(event.attributes);
  }
  for (const { attributes } of span.links) {
    if (attributes !== undefined) policy.clean(attributes);
  }
}
