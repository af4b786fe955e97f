import { isListening } from './ports.mjs';

/** Where OTLP over HTTP goes by default; a collector on this machine may have it. */
const USUAL_PORT = 4318;
const MAX_DISTANCE = 20;

/** The port at which the panel of orders takes the spans of inventory. */
export async function findIngestPort({ OTEL_PANEL_INGEST_PORT: given } = process.env) {
  if (given) return Number(given);
  for (let port = USUAL_PORT; port < USUAL_PORT + MAX_DISTANCE; port++) {
    if (!(await isListening(port, '127.0.0.1'))) return port;
  }
  return USUAL_PORT;
}
