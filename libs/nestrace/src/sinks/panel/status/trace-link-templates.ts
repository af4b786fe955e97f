import type { ResolvedOtelOptions } from '../../../config/resolve-options.js';
import type { TraceLinkTemplate } from '../contract/index.js';

const LOCAL = new Set(['localhost', '127.0.0.1', '[::1]', '0.0.0.0']);
const JAEGER_UI = 'http://localhost:16686';

/** Where a trace may be looked at as well: what is configured, and what the exporters suggest. */
export function linkTemplates({
  panel: { links },
  exporters,
}: Pick<ResolvedOtelOptions, 'panel' | 'exporters'>): readonly TraceLinkTemplate[] {
  const goesHere = exporters.some((one) => one.type === 'otlp' && isLocal(one.endpoint));
  const jaeger = links.jaeger ?? (goesHere ? JAEGER_UI : false);
  const zipkinExporter = exporters.find((one) => one.type === 'zipkin');
  const zipkin = links.zipkin ?? (zipkinExporter ? new URL(zipkinExporter.endpoint).origin : false);
  const templates: TraceLinkTemplate[] = [];
  if (jaeger !== false) {
    templates.push({ name: 'Jaeger', url: `${bare(jaeger)}/trace/{traceId}?uiFind={spanId}` });
  }
  if (zipkin !== false) {
    templates.push({ name: 'Zipkin', url: `${bare(zipkin)}/zipkin/traces/{traceId}` });
  }
  return [...templates, ...links.custom];
}

/** The links of one trace. Ids are hexadecimal: nothing can be smuggled in with them. */
export function linksOf(
  templates: readonly TraceLinkTemplate[],
  traceId: string,
  spanId: string,
): readonly { name: string; url: string }[] {
  return templates.map(({ name, url }) => ({
    name,
    url: url.replaceAll('{traceId}', traceId).replaceAll('{spanId}', spanId),
  }));
}

function isLocal(endpoint: string): boolean {
  return URL.canParse(endpoint) && LOCAL.has(new URL(endpoint).hostname);
}

function bare(url: string): string {
  return url.replace(/\/+$/, '');
}
