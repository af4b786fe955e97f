import type { Attributes } from '@opentelemetry/api';
import type { AttributeGroup, ShownAttribute, SpanDetail } from '../contract/index.js';
import { attributeText } from './read-attributes.js';

/** By the beginning of the key; the first that fits. */
const GROUPS: readonly (readonly [AttributeGroup, RegExp])[] = [
  ['HTTP', /^(?:http|url|client|server|network|net|user_agent|peer)\./],
  ['Nest', /^nest\./],
  ['Database', /^db\./],
  ['RPC', /^(?:rpc|graphql)\./],
  ['Messaging', /^messaging\./],
  ['Code', /^(?:code|exception|error|thread)\./],
  ['User', /^(?:enduser|user|session|tenant)\./],
];

const ORDER: readonly AttributeGroup[] = [...GROUPS.map(([group]) => group), 'Other'];

/** The attributes of a span, those that belong together side by side. */
export function groupedAttributes(
  attributes: Attributes,
  redacted: Readonly<Record<string, string>> | undefined,
): SpanDetail['attributes'] {
  const groups = new Map<AttributeGroup, ShownAttribute[]>();
  for (const shown of shownAttributes(attributes, redacted)) {
    const group = GROUPS.find(([, keys]) => keys.test(shown.key))?.[0] ?? 'Other';
    const items = groups.get(group);
    if (items === undefined) groups.set(group, [shown]);
    else items.push(shown);
  }
  return ORDER.flatMap((group) => {
    const items = groups.get(group);
    return items === undefined ? [] : { group, items };
  });
}

/** Attributes in the order of their keys. */
export function shownAttributes(
  attributes: Attributes,
  redacted?: Readonly<Record<string, string>>,
): readonly ShownAttribute[] {
  return Object.keys(attributes)
    .toSorted()
    .map((key) => {
      const value = attributes[key];
      const rule =
        redacted !== undefined && Object.hasOwn(redacted, key) ? redacted[key] : undefined;
      const type = typeOf(value);
      return rule === undefined
        ? { key, value: attributeText(value), type }
        : { key, value: '', type, redacted: rule };
    });
}

function typeOf(value: unknown): ShownAttribute['type'] {
  if (typeof value === 'number' || typeof value === 'boolean') return typeof value as 'number';
  return typeof value === 'object' ? 'array' : 'string';
}
