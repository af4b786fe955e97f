import { describe, expect, it } from 'vitest';
import {
  linksOf,
  linkTemplates,
} from '../../../../../libs/nestrace/src/sinks/panel/status/trace-link-templates.js';
import { resolve } from '../../../support/options.js';

const names = (options: object): string[] =>
  linkTemplates(resolve(options)).map(({ name }) => name);

describe('linkTemplates', () => {
  it('knows Jaeger beside an OTLP exporter on this machine, and Zipkin by its exporter', () => {
    expect(linkTemplates(resolve())).toEqual([
      { name: 'Jaeger', url: 'http://localhost:16686/trace/{traceId}?uiFind={spanId}' },
    ]);
    const remote = { type: 'otlp', endpoint: 'https://collector.example.org' };
    expect(names({ exporters: [remote] })).toEqual([]);
    const zipkin = { type: 'zipkin', endpoint: 'http://zipkin:9411/api/v2/spans' };
    expect(linkTemplates(resolve({ exporters: [zipkin] }))).toEqual([
      { name: 'Zipkin', url: 'http://zipkin:9411/zipkin/traces/{traceId}' },
    ]);
  });

  it('does as it is told', () => {
    const custom = [{ name: 'Tempo', url: 'https://grafana/explore?trace={traceId}' }];
    const links = { jaeger: 'https://jaeger.example.org/', zipkin: false, custom };
    expect(linkTemplates(resolve({ panel: { links } }))).toEqual([
      { name: 'Jaeger', url: 'https://jaeger.example.org/trace/{traceId}?uiFind={spanId}' },
      ...custom,
    ]);
    expect(names({ panel: { links: { jaeger: false } } })).toEqual([]);
  });

  it('fills in the ids', () => {
    expect(
      linksOf([{ name: 'x', url: 'http://x/{traceId}/{spanId}/{traceId}' }], 'a', 'b'),
    ).toEqual([{ name: 'x', url: 'http://x/a/b/a' }]);
  });
});
