import type { SpanExpectation, SpanView } from 'nestrace/testing';
import { expect } from 'vitest';
import type { GivenDatabase } from '../databases/describe-on.js';

type Further = Omit<SpanExpectation, 'name' | 'kind' | 'children'>;

/** The span of a query. */
export function query(
  { system, running }: GivenDatabase,
  summary: string,
  { attributes, ...further }: Further = {},
): SpanExpectation {
  return {
    name: summary,
    kind: 'CLIENT',
    status: 'UNSET',
    exceptions: [],
    links: 0,
    ...further,
    attributes: {
      'nest.type': 'db.query',
      'db.system.name': system,
      'db.query.summary': summary,
      'error.type': undefined,
      'db.response.status_code': undefined,
      'nest.db.slow': undefined,
      'nest.db.n_plus_one': undefined,
      ...running.attributes,
      ...attributes,
    },
  };
}

/** The span of a query that failed. */
export function failedQuery(
  database: GivenDatabase,
  summary: string,
  error: keyof GivenDatabase['errors'],
  further: Further = {},
): SpanExpectation {
  return query(database, summary, {
    status: 'ERROR',
    ...further,
    attributes: {
      ...database.errors[error],
      'db.response.returned_rows': undefined,
      ...further.attributes,
    },
  });
}

/** The span of a transaction with what happened in it. */
export function transaction(
  database: GivenDatabase,
  outcome: 'commit' | 'rollback',
  between: readonly SpanExpectation[],
  end = query(database, outcome.toUpperCase()),
): SpanExpectation {
  return {
    name: 'transaction',
    kind: 'INTERNAL',
    status: end.status === 'ERROR' ? 'ERROR' : 'UNSET',
    exceptions: [],
    attributes: {
      'nest.type': 'db.transaction',
      'db.system.name': database.system,
      'nest.db.transaction.outcome': outcome,
      ...database.running.attributes,
    },
    children: [query(database, database.dialect.beginSummary), ...between, end],
  };
}

/** The traced method of the tests, with what happened in it. */
export function work(
  children: readonly SpanExpectation[],
  further: Omit<SpanExpectation, 'name' | 'children'> = {},
): SpanExpectation {
  return {
    name: 'Library.work',
    kind: 'INTERNAL',
    status: 'UNSET',
    exceptions: [],
    ...further,
    children,
  };
}

/** Nothing a span consists of may contain one of these. */
export function expectNoSecrets(spans: readonly SpanView[], secrets: readonly string[]): void {
  expect(spans.length).toBeGreaterThan(0);
  for (const span of spans) {
    const everything = JSON.stringify(span);
    expect(
      secrets.filter((secret) => everything.includes(secret)),
      span.name,
    ).toEqual([]);
  }
}
