import { parseArgs } from 'node:util';
import { ExpectedError } from '../expected-error.mjs';

export const USAGE = `Starts the demo services and draws their traces.

  npm start                each finished trace as a tree
  npm start -- --json      each span as a line of JSON (or TRACE_FORMAT=json)

ORDERS_PORT, INVENTORY_PORT    other ports than 3000 and 3001
HOST=0.0.0.0                   open to other machines, not only to this one
ADAPTER=fastify                orders on Fastify instead of Express
DATABASE_URL                   orders in PostgreSQL instead of SQLite in memory
DATABASE_FILE                  orders in this file of SQLite
INVENTORY_URL                  another inventory for orders to call
OTEL_PANEL_ENABLED=false       without the panel
OTEL_PANEL_INGEST_PORT         where the panel of orders takes the spans of inventory
RESTOCK_INTERVAL_MS            how often inventory fills its shelves, instead of 30000
OTEL_EXPORTER_OTLP_ENDPOINT    another collector than http://localhost:4317

Inventory keeps its stock in memory: its shelves are full at every start.`;

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
