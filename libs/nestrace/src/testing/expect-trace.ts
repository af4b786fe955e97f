import { AssertionError } from 'node:assert';
import { inspect, isDeepStrictEqual } from 'node:util';
import type { AttributeValue } from '@opentelemetry/api';
import { ATTR_EXCEPTION_TYPE, EVENT_EXCEPTION } from '../pipeline/attributes.js';
import { formatTrace } from '../pipeline/exporters/console/format-trace.js';
import type { SpanView } from '../pipeline/exporters/console/span-view.js';
import { buildTrees, type TraceNode } from '../pipeline/exporters/console/trace-tree.js';

/**
 * What an attribute has to be: the value itself, an expression its text matches, or a question.
 * `undefined` means that the attribute must not be there.
 */
export type AttributeExpectation =
  AttributeValue | RegExp | ((value: AttributeValue | undefined) => boolean) | undefined;

/**
 * What a span has to be. What is left out may be anything, except for the children: a tree is
 * compared whole, so a span without `children` must not have any.
 *
 * @publicApi
 */
export interface SpanExpectation {
  readonly name: string | RegExp;
  readonly kind?: SpanView['kind'];
  readonly service?: string;
  readonly status?: SpanView['status']['code'];
  /** `false`: there must be none. */
  readonly statusMessage?: string | RegExp | false;
  /** Compared one by one; further attributes are allowed. */
  readonly attributes?: Readonly<Record<string, AttributeExpectation>>;
  /** Types of the exceptions recorded on the span, in order. */
  readonly exceptions?: readonly string[];
  /** How many links the span has. */
  readonly links?: number;
  /** In the order they started; `'any'` does not look at them. */
  readonly children?: readonly SpanExpectation[] | 'any';
  /** Concurrent children start in no particular order. */
  readonly childrenInAnyOrder?: boolean;
}

/**
 * Compares the spans of one trace with the tree they should form.
 *
 * @throws AssertionError that lists every difference and draws the tree that is there
 * @publicApi
 */
export function expectTrace(spans: readonly SpanView[], expected: SpanExpectation): void {
  const trees = buildTrees(spans);
  const problems: string[] = [];
  const [tree] = trees;
  if (trees.length !== 1 || tree === undefined) {
    const roots = trees.map(({ span }) => span.name).join(', ');
    problems.push(`expected one tree, but there are ${trees.length} roots: ${roots}`);
  } else {
    compare(tree, expected, nameOf(expected), problems);
  }
  if (problems.length === 0) return;
  const list = problems.map((problem) => `  - ${problem}`).join('\n');
  throw new AssertionError({
    message: `The trace is not as expected:\n${list}\n\n${formatTrace(spans)}`,
    stackStartFn: expectTrace,
  });
}

function compare(
  { span, children }: TraceNode,
  expected: SpanExpectation,
  path: string,
  problems: string[],
): void {
  const differs = (what: string, actual: unknown, wanted: unknown): void => {
    problems.push(`${path}: ${what} is ${show(actual)}, expected ${show(wanted)}`);
  };
  const check = (what: string, actual: unknown, wanted: unknown): void => {
    if (wanted !== undefined && !isAsExpected(actual, wanted)) differs(what, actual, wanted);
  };
  check('name', span.name, expected.name);
  check('kind', span.kind, expected.kind);
  check('service', span.service, expected.service);
  check('status', span.status.code, expected.status);
  const noMessage = expected.statusMessage === false ? false : undefined;
  check('status message', span.status.message ?? noMessage, expected.statusMessage);
  check('number of links', span.links.length, expected.links);
  check('exceptions', exceptionTypes(span), expected.exceptions);
  for (const [key, wanted] of Object.entries(expected.attributes ?? {})) {
    const actual = span.attributes[key];
    if (!isAsExpected(actual, wanted)) differs(key, actual, wanted);
  }
  compareChildren(children, expected, path, problems);
}

function compareChildren(
  children: readonly TraceNode[],
  expected: SpanExpectation,
  path: string,
  problems: string[],
): void {
  const wanted = expected.children ?? [];
  if (wanted === 'any') return;
  if (children.length !== wanted.length) {
    const names = children.map(({ span }) => span.name);
    problems.push(
      `${path}: has ${children.length} children ${show(names)}, ` +
        `expected ${wanted.length} ${show(wanted.map(nameOf))}`,
    );
    return;
  }
  const left = [...children];
  for (const want of wanted) {
    const index = expected.childrenInAnyOrder === true ? bestMatch(left, want) : 0;
    const [child] = left.splice(index, 1) as [TraceNode];
    compare(child, want, `${path} > ${nameOf(want)}`, problems);
  }
}

/** The child with the fewest differences, so that the message tells about the right one. */
function bestMatch(children: readonly TraceNode[], wanted: SpanExpectation): number {
  const differences = children.map((child) => {
    const problems: string[] = [];
    compare(child, wanted, '', problems);
    return problems.length;
  });
  return differences.indexOf(Math.min(...differences));
}

function isAsExpected(actual: unknown, wanted: unknown): boolean {
  // Not `test`: with the flag `g` it would remember where it stopped the last time.
  if (wanted instanceof RegExp) return actual !== undefined && String(actual).search(wanted) >= 0;
  if (typeof wanted === 'function') return (wanted as (value: unknown) => boolean)(actual);
  return isDeepStrictEqual(actual, wanted);
}

function exceptionTypes(span: SpanView): readonly unknown[] {
  return span.events
    .filter((event) => event.name === EVENT_EXCEPTION)
    .map((event) => event.attributes[ATTR_EXCEPTION_TYPE]);
}

function nameOf(expected: SpanExpectation): string {
  return String(expected.name);
}

function show(value: unknown): string {
  return inspect(value, { breakLength: Infinity });
}
