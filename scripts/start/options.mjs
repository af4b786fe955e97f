import { parseArgs } from 'node:util';
import { ExpectedError } from '../expected-error.mjs';

export const USAGE = `Starts the demo services and draws their traces.

  npm start                each finished trace as a tree
  npm start -- --json      each span as a line of JSON (or TRACE_FORMAT=json)

ORDERS_PORT, INVENTORY_PORT    other ports than 3000 and 3001
ADAPTER=fastify                Fastify instead of Express
DATABASE_URL                   PostgreSQL instead of SQLite in memory
DATABASE_FILE                  SQLite in this file
OTEL_EXPORTER_OTLP_ENDPOINT    another collector than http://localhost:4317`;

const FORMATS = ['tree', 'json'];

/** What the command line and the environment ask for. */
export function readOptions(env = process.env) {
  const { json, help } = readArguments();
  const format = json ? 'json' : (env.TRACE_FORMAT ?? 'tree');
  if (!FORMATS.includes(format)) {
    throw new ExpectedError(`TRACE_FORMAT must be one of ${FORMATS.join(', ')}, not "${format}".`);
  }
  return { help, format };
}

function readArguments() {
  try {
    return parseArgs({ options: { json: { type: 'boolean' }, help: { type: 'boolean' } } }).values;
  } catch (error) {
    throw new ExpectedError(`${error.message}\n\n${USAGE}`);
  }
}
