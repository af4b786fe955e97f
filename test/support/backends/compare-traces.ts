import { fieldsOf, type Fields } from './fields-of.js';

/** One field of one span, on both sides; `undefined` where it is not there. */
export interface ComparedField {
  /** Name of the span, and its id. */
  readonly span: string;
  readonly field: string;
  readonly sent: string | undefined;
  readonly seen: string | undefined;
}

interface Named {
  readonly name?: string;
  readonly spanId?: string;
  /** What Zipkin calls it. */
  readonly id?: string;
}

const WHOLE = '(the span)';

/**
 * All fields of all spans that were sent and of all that a backend gives back: the ones on either
 * side that the other does not have are there, too.
 */
export function compareTraces(
  sent: readonly Named[],
  seen: readonly Named[],
): readonly ComparedField[] {
  const [sentById, seenById] = [byId(sent), byId(seen)];
  const ids = new Set([...sentById.keys(), ...seenById.keys()]);
  return [...ids].flatMap((id) => {
    const [from, to] = [sentById.get(id) ?? [], seenById.get(id) ?? []];
    const span = `${(from[0] ?? to[0])?.name ?? ''} ${id}`;
    if (from.length !== 1 || to.length !== 1) {
      return [{ span, field: WHOLE, sent: times(from.length), seen: times(to.length) }];
    }
    return compareFields(span, fieldsOf(from[0] ?? {}), fieldsOf(to[0] ?? {}));
  });
}

/** The fields that are not the same on both sides. */
export function differencesIn(fields: readonly ComparedField[]): readonly ComparedField[] {
  return fields.filter(({ sent, seen }) => sent !== seen);
}

function byId(spans: readonly Named[]): Map<string, readonly Named[]> {
  const map = new Map<string, readonly Named[]>();
  for (const span of spans) {
    const id = span.spanId ?? span.id ?? '';
    map.set(id, [...(map.get(id) ?? []), span]);
  }
  return map;
}

function compareFields(span: string, sent: Fields, seen: Fields): readonly ComparedField[] {
  const names = new Set([...sent.keys(), ...seen.keys()]);
  return [...names].map((field) => ({
    span,
    field,
    sent: sent.get(field),
    seen: seen.get(field),
  }));
}

function times(count: number): string {
  return count === 1 ? 'once' : count === 0 ? 'not at all' : `${count} times`;
}
