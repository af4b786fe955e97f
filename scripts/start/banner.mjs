import { isListening } from './ports.mjs';

const COLLECTOR_PORT = 4317;

/** What there is, and what to try. */
export async function banner(services, screen) {
  const { port } = services.find(({ name }) => name === 'orders');
  const url = `http://localhost:${port}`;
  const order = `{"userId":1,"lines":[{"sku":"coffee","quantity":2},{"sku":"mug","quantity":1}]}`;
  const title = (text) => screen.paint('bold', text);
  return `
${services.map((it) => `${it.name.padEnd(9)}   http://localhost:${it.port}`).join('\n')}
${await panelLine(url, title)}
${title('Try these in another terminal')}

An order, through both services:
  curl ${url}/orders -H 'x-api-key: demo' -H 'content-type: application/json' -d '${order}'

One query per order instead of one for all (N+1); without /naive it is fixed:
  curl ${url}/users/1/orders/naive

A failure:
  curl ${url}/reports/fail

${title('Each finished trace appears below.')} Ctrl-C ends both services.
${await whereElse()}
`;
}

/** Where the traces of both services are shown live. It is there unless somebody has turned it off. */
async function panelLine(url, title) {
  const panel = `${url}/_otel`;
  try {
    const { ok } = await fetch(`${panel}/api/meta`);
    return ok ? `${title(`panel       ${panel}`)}   open it, it shows every request live\n` : '';
  } catch {
    return '';
  }
}

async function whereElse() {
  const { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, OTEL_EXPORTER_OTLP_ENDPOINT } = process.env;
  const endpoint = OTEL_EXPORTER_OTLP_TRACES_ENDPOINT || OTEL_EXPORTER_OTLP_ENDPOINT;
  if (endpoint) return `The traces also go to ${endpoint}.`;
  return (await isListening(COLLECTOR_PORT))
    ? `The traces also go to localhost:${COLLECTOR_PORT}. If that is the Jaeger of docker-compose.yml, it shows them at http://localhost:16686.`
    : 'To see them in Jaeger as well: "docker compose up -d", then http://localhost:16686.';
}
