import type { Attributes } from '@opentelemetry/api';
import {
  ATTR_DB_QUERY_SUMMARY,
  ATTR_DB_QUERY_TEXT,
  ATTR_DB_RESPONSE_RETURNED_ROWS,
  ATTR_DB_SYSTEM_NAME,
  ATTR_ERROR_TYPE,
  LEGACY,
  PREFIX_DB_QUERY_PARAMETER,
} from '../../../pipeline/attributes.js';
import type { StoredSpan, StoredTrace } from '../../../pipeline/span-store/stored-span.js';
import { attributeText, numberOf, textOf } from '../spans/read-attributes.js';
import { isError, isQuery } from '../spans/span-kinds.js';
import { durationMsOf } from '../tree/span-times.js';
import { fingerprintOf, fingerprintOfName, type Fingerprint } from './fingerprint.js';

/** One run of a statement. */
export interface Query {
  readonly span: StoredSpan;
  readonly system: string;
  /** As it is on the span. */
  readonly text: string;
  readonly summary: string;
  readonly fingerprint: Fingerprint;
  readonly durationMs: number;
  readonly rows: number | undefined;
  readonly error: string | undefined;
  /** Text and values; undefined where the values are not known. */
  readonly exactly: string | undefined;
}

/** Their statements are no SQL: what the instrumentation calls them is what they have in common. */
const NOT_SQL =
  /^(?:redis|valkey|mongo(?:db)?|memcached|elasticsearch|opensearch|aws\.dynamodb|dynamodb|neo4j|couchdb|couchbase|hbase|influxdb)$/;

const perSpan = new WeakMap<StoredSpan, Query>();
const perTrace = new WeakMap<StoredTrace, readonly Query[]>();

/** What ran in a database, in the order it was first seen. */
export function queriesOf(trace: StoredTrace): readonly Query[] {
  let queries = perTrace.get(trace);
  if (queries === undefined) {
    queries = trace.spans.filter(isQuery).map(queryOf);
    perTrace.set(trace, queries);
  }
  return queries;
}

export function queryOf(span: StoredSpan): Query {
  let query = perSpan.get(span);
  if (query === undefined) {
    query = readQuery(span);
    perSpan.set(span, query);
  }
  return query;
}

/** `db.system` has the last word only where the name after it is missing. */
export function systemOf({ attributes }: StoredSpan): string {
  return textOf(attributes, ATTR_DB_SYSTEM_NAME, LEGACY.DB_SYSTEM) ?? '';
}

function readQuery(span: StoredSpan): Query {
  const { attributes } = span;
  const system = systemOf(span);
  const statement = textOf(attributes, ATTR_DB_QUERY_TEXT, LEGACY.DB_STATEMENT);
  const name = textOf(attributes, ATTR_DB_QUERY_SUMMARY);
  const isSql = statement !== undefined && !NOT_SQL.test(system);
  const fingerprint = isSql
    ? fingerprintOf(statement, system)
    : fingerprintOfName(name ?? span.name, system);
  const values = parametersOf(span);
  const exactly = values === undefined && fingerprint.hidesValues && isSql ? undefined : statement;
  return {
    span,
    system,
    text: statement ?? name ?? span.name,
    summary: name ?? (fingerprint.summary || span.name),
    fingerprint,
    durationMs: durationMsOf(span),
    rows: numberOf(attributes, ATTR_DB_RESPONSE_RETURNED_ROWS),
    error: isError(span) ? errorOf(span) : undefined,
    exactly: exactly === undefined ? undefined : `${exactly}\0${values ?? ''}`,
  };
}

function errorOf({ statusMessage, attributes }: StoredSpan): string {
  return statusMessage || textOf(attributes, ATTR_ERROR_TYPE) || 'failed';
}

/** Hidden values look the same however different they are. */
function parametersOf({ attributes, redacted }: StoredSpan): string | undefined {
  const keys = Object.keys(attributes).filter((key) => key.startsWith(PREFIX_DB_QUERY_PARAMETER));
  if (keys.length === 0) return undefined;
  const isHidden = keys.some((key) => redacted !== undefined && Object.hasOwn(redacted, key));
  return isHidden
    ? undefined
    : keys
        .toSorted()
        .map((key) => valueOf(attributes, key))
        .join('\0');
}

function valueOf(attributes: Attributes, key: string): string {
  return `${key}=${attributeText(attributes[key])}`;
}
