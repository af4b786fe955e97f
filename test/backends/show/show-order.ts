import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { askJson } from '../../support/backends/ask-json.js';
import {
  compareTraces,
  differencesIn,
  type ComparedField,
} from '../../support/backends/compare-traces.js';
import { expectedJaegerSpan } from '../../support/backends/expected-jaeger-span.js';
import { expectedShownSpan } from '../../support/backends/expected-shown-span.js';
import { expectedStoredZipkinSpan } from '../../support/backends/expected-stored-zipkin-span.js';
import { fieldTable } from '../../support/backends/field-table.js';
import { JaegerQuery } from '../../support/backends/jaeger-query.js';
import { openJaeger } from '../../support/backends/jaeger.server.js';
import { otlpTo } from '../../support/backends/otlp-to.js';
import { Shop } from '../../support/backends/shop.js';
import { ZipkinQuery } from '../../support/backends/zipkin-query.js';
import { openZipkin } from '../../support/backends/zipkin.server.js';

/** Sends one order to both and prints the comparison. Returns whether nothing differs. */
export async function showOrder(folder: string | undefined): Promise<boolean> {
  const [jaeger, zipkin] = await Promise.all([openJaeger(), openZipkin()]);
  try {
    const [toJaeger, toZipkin] = [jaeger.backend.urls, zipkin.backend.urls];
    if (toJaeger === undefined || toZipkin === undefined) {
      console.error(jaeger.backend.reason ?? zipkin.backend.reason);
      return false;
    }
    const shop = await Shop.open({
      exporters: [
        otlpTo(toJaeger),
        { type: 'zipkin', endpoint: `${toZipkin.server}/api/v2/spans` },
      ],
    });
    const { traceId, spans } = await shop.order('coffee');
    await shop.close();
    const inJaeger = new JaegerQuery(toJaeger.query);
    const inZipkin = new ZipkinQuery(toZipkin.server);
    const count = spans.length;
    const compared = [
      compareTraces(spans.map(expectedJaegerSpan), await inJaeger.stored(traceId, count)),
      compareTraces(spans.map(expectedShownSpan), await inJaeger.shown(traceId, count)),
      compareTraces(spans.map(expectedStoredZipkinSpan), await inZipkin.stored(traceId, count)),
    ];
    if (folder !== undefined) {
      mkdirSync(folder, { recursive: true });
      await save(join(folder, 'jaeger-trace.json'), inJaeger.storedUrl(traceId));
      await save(join(folder, 'jaeger-page-trace.json'), inJaeger.shownUrl(traceId));
      await save(join(folder, 'zipkin-trace.json'), inZipkin.storedUrl(traceId));
    }
    console.log(`One order of the demo, trace ${traceId}, ${count} spans\n`);
    const titles = [
      `Jaeger, as it is stored (GET /api/v3/traces/${traceId})`,
      `Jaeger, as its pages get it (GET /api/traces/${traceId})`,
      `Zipkin (GET /api/v2/trace/${traceId})`,
    ];
    return titles.map((title, at) => print(title, compared[at] ?? [])).every(Boolean);
  } finally {
    await Promise.all([jaeger, zipkin].map(async ({ stop }) => stop?.()));
  }
}

/** The fields of the root in full, how many each span has, and all that differ. */
function print(title: string, compared: readonly ComparedField[]): boolean {
  const bySpan = new Map<string, ComparedField[]>();
  for (const field of compared) bySpan.set(field.span, [...(bySpan.get(field.span) ?? []), field]);
  const differences = differencesIn(compared);
  console.log(`== ${title}`);
  console.log(`${bySpan.size} spans, ${compared.length} fields, ${differences.length} differ\n`);
  for (const [span, fields] of bySpan) {
    const different = differencesIn(fields).length;
    console.log(`${different === 0 ? 'same ' : 'OTHER'}  ${fields.length} fields  ${span}`);
  }
  const root = [...bySpan.keys()].find((span) => /^post \/orders /i.test(span)) ?? '';
  console.log(`\nAll fields of its root:\n\n${fieldTable(bySpan.get(root) ?? [])}\n`);
  if (differences.length > 0) console.log(`What differs:\n\n${fieldTable(differences)}\n`);
  return differences.length === 0;
}

async function save(file: string, url: string): Promise<void> {
  writeFileSync(file, `${JSON.stringify(await askJson(url), null, 2)}\n`);
}
