import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import { attributeText } from '../spans/read-attributes.js';
import { kindName } from '../spans/span-kinds.js';
import { numberTest, textTest, toMilliseconds, toNumber } from './compare.js';
import { HAS, IS } from './states.js';
import type { Subject, Test } from './subject.js';
import type { Term } from './term.js';

/** Makes the test of a condition; a text says why there is none. */
type Field = (term: Term) => Test | string;

/** The keys of the language besides those of attributes. */
const FIELDS: ReadonlyMap<string, Field> = new Map<string, Field>([
  ['route', texts(({ summary }) => [summary.route ?? summary.name])],
  ['service', texts(({ summary }) => summary.services)],
  ['method', texts(({ summary }) => present(summary.method))],
  ['path', texts(({ summary }) => present(summary.path))],
  ['name', texts(({ trace }) => trace.spans.map(({ name }) => name))],
  [
    'kind',
    texts(({ trace, summary }) => [
      summary.entry,
      ...trace.spans.map(({ kind }) => kindName(kind)),
    ]),
  ],
  ['id', texts(({ trace }) => [trace.traceId, ...trace.spans.map(({ spanId }) => spanId)])],
  ['status', statusField],
  ['dur', durationField],
  ['duration', durationField],
  ['spans', numbers(({ summary }) => summary.spans)],
  ['sql', numbers(({ summary }) => summary.queries)],
  ['errors', numbers(({ summary }) => summary.errors)],
  ['has', stateField(HAS)],
  ['is', stateField(IS)],
]);

const ATTRIBUTE = 'attr.';

/** The test of a condition, or why it is none. */
export function testOf(term: Term): Test | string {
  const { key } = term;
  if (key === undefined) return anywhere(term.value);
  const field = FIELDS.get(key.toLowerCase());
  if (field !== undefined) return field(term);
  if (key.startsWith(ATTRIBUTE)) return attributeTest(key.slice(ATTRIBUTE.length), term);
  // The names of attributes have dots in them, those of the language have none.
  if (key.includes('.')) return attributeTest(key, term);
  return `there is no "${key}"; known are ${[...FIELDS.keys()].join(', ')} and attr.<key>. A text with ":" in it goes in quotes`;
}

function present(text: string | undefined): readonly string[] {
  return text === undefined ? [] : [text];
}

function texts(read: (subject: Subject) => readonly string[]): Field {
  return ({ operator, value }) => {
    if (operator !== ':' && operator !== '=' && operator !== '!=') {
      return `${operator} compares numbers; this is a text`;
    }
    // Not equal: to none of them.
    if (operator === '!=') {
      const isEqual = textTest('=', value);
      return (subject) => !read(subject).some(isEqual);
    }
    const test = textTest(operator, value);
    return (subject) => read(subject).some(test);
  };
}

function numbers(read: (subject: Subject) => number | undefined): Field {
  return ({ operator, value }) => {
    const number = toNumber(value);
    if (number === undefined) return `"${value}" is no number`;
    const test = numberTest(operator, number);
    return (subject) => {
      const found = read(subject);
      return found !== undefined && test(found);
    };
  };
}

/** `500`, `>=400`, `5xx`, `ok`, `error`, `unset`. */
function statusField(term: Term): Test | string {
  const { operator, value } = term;
  const lower = value.toLowerCase();
  const isEquality = operator === ':' || operator === '=' || operator === '!=';
  let test: Test;
  if (lower === 'ok' || lower === 'error' || lower === 'unset') {
    test = ({ summary }) => summary.status === lower;
  } else if (/^[1-5]xx$/.test(lower)) {
    test = ({ summary }) => Math.floor((summary.httpStatus ?? 0) / 100) === Number(lower[0]);
  } else if (toNumber(value) === undefined) {
    return `"${value}" is no status: 500, 5xx, ok, error or unset`;
  } else {
    return numbers(({ summary }) => summary.httpStatus)(term);
  }
  if (!isEquality) return `${operator} compares numbers; "${value}" is none`;
  return operator === '!=' ? (subject) => !test(subject) : test;
}

function durationField({ operator, value }: Term): Test | string {
  const milliseconds = toMilliseconds(value);
  if (milliseconds === undefined) return `"${value}" is no duration: 100ms, 1.5s, 2m`;
  const test = numberTest(operator, milliseconds);
  return ({ summary }) => test(summary.durationMs);
}

function stateField(states: ReadonlyMap<string, Test>): Field {
  return ({ operator, value }) => {
    const test = states.get(value.toLowerCase());
    if (test === undefined) return `"${value}" is none of ${[...states.keys()].join(', ')}`;
    if (operator === ':' || operator === '=') return test;
    return operator === '!=' ? (subject) => !test(subject) : `${operator} compares numbers`;
  };
}

/** Any span may have it; `*` asks only whether it is there. */
function attributeTest(key: string, { operator, value }: Term): Test | string {
  if (key === '') return 'attr. needs the key of an attribute: attr.user.id:42';
  if (operator !== ':' && operator !== '=' && operator !== '!=' && toNumber(value) === undefined) {
    return `"${value}" is no number`;
  }
  const hasKey = (span: StoredSpan): boolean => Object.hasOwn(span.attributes, key);
  if (value === '*' && operator === ':') return ({ trace }) => trace.spans.some(hasKey);
  const test = textTest(operator, value);
  return ({ trace }) =>
    trace.spans.some((span) => hasKey(span) && test(attributeText(span.attributes[key])));
}

/** What can be read on the line of a trace, and the names of what it did. */
function anywhere(value: string): Test {
  const test = textTest(':', value);
  return ({ trace, summary }) => {
    const { id, name, entry, route, path, method, note, httpStatus, services } = summary;
    const line = [id, name, entry, route, path, method, note, String(httpStatus ?? '')];
    return (
      line.some((text) => text !== undefined && test(text)) ||
      services.some(test) ||
      trace.spans.some((span) => test(span.name))
    );
  };
}
