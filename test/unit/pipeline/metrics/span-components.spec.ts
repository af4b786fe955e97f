import { describe, expect, it } from 'vitest';
import { Ending } from '../../../../libs/nestrace/src/core/ending.js';
import { createExporters } from '../../../../libs/nestrace/src/pipeline/exporters/create-exporters.js';
import { Delivery } from '../../../../libs/nestrace/src/pipeline/exporters/delivery.js';
import { ObservedExporter } from '../../../../libs/nestrace/src/pipeline/exporters/observed.exporter.js';
import { spanComponents } from '../../../../libs/nestrace/src/pipeline/metrics/span-components.js';
import { BatchProcessor } from '../../../../libs/nestrace/src/pipeline/processors/batch.processor.js';
import { SimpleProcessor } from '../../../../libs/nestrace/src/pipeline/processors/simple.processor.js';
import { HeldExporter } from '../../support/held-exporter.js';
import { ListLog } from '../../support/list-log.js';
import { resolve } from '../../support/options.js';

/** What stands before the number in a name. */
function typesOf(components: ReturnType<typeof spanComponents>): readonly unknown[] {
  return components.map(({ processor, exporter }) => [
    processor['otel.component.type'],
    exporter['otel.component.type'],
    exporter['server.address'],
    exporter['server.port'],
  ]);
}

describe('spanComponents', () => {
  const options = resolve({
    exporters: [
      { type: 'otlp', endpoint: 'http://collector:4317' },
      { type: 'otlp', protocol: 'http/protobuf', endpoint: 'https://eu.example.com/v1/traces' },
      { type: 'otlp', protocol: 'http/json', endpoint: 'http://[::1]/v1/traces' },
      { type: 'zipkin', endpoint: 'http://zipkin:9411/api/v2/spans' },
      'console',
      new HeldExporter(),
    ],
  });

  it('names them as the conventions do', async () => {
    const exporters = await createExporters(options, new ListLog(), new Ending());
    const processors = exporters.map((exporter) =>
      exporter.immediate
        ? new SimpleProcessor(exporter)
        : new BatchProcessor(exporter, options.batch),
    );
    const components = spanComponents(exporters, processors, options);
    expect(typesOf(components)).toEqual([
      ['batching_span_processor', 'otlp_grpc_span_exporter', 'collector', 4317],
      ['batching_span_processor', 'otlp_http_span_exporter', 'eu.example.com', 443],
      ['batching_span_processor', 'otlp_http_json_span_exporter', '[::1]', 80],
      ['batching_span_processor', 'zipkin_http_span_exporter', 'zipkin', 9411],
      ['simple_span_processor', 'console_span_exporter', undefined, undefined],
      ['batching_span_processor', 'HeldExporter', undefined, undefined],
    ]);
    expect(components.map(({ queue }) => queue?.capacity)).toEqual([
      2048,
      2048,
      2048,
      2048,
      undefined,
      2048,
    ]);
    for (const processor of processors) await processor.shutdown();
  });

  it('gives no name twice in a process', async () => {
    const names = new Set<unknown>();
    for (let n = 0; n < 3; n++) {
      const exporters = await createExporters(options, new ListLog(), new Ending());
      for (const { exporter } of spanComponents(exporters, [], options)) {
        names.add(exporter['otel.component.name']);
      }
      for (const exporter of exporters) await exporter.shutdown();
    }
    expect(names.size).toBe(3 * options.exporters.length);
  });

  it('claims no address for what was put in the place of an exporter', () => {
    const other = new ObservedExporter(
      new HeldExporter(),
      new Delivery('another one', new ListLog()),
      1000,
    );
    const [component] = spanComponents([other], [], options);
    expect(component?.exporter).toEqual({
      'otel.component.type': 'span_exporter',
      'otel.component.name': expect.stringMatching(/^span_exporter\/\d+$/) as string,
    });
  });
});
