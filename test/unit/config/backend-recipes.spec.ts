import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Environment } from '../../../libs/nestrace/src/config/schema/node.js';
import { resolve } from '../support/options.js';

const PAGE = readFileSync(new URL('../../../docs/backends.md', import.meta.url), 'utf8');

/** Blocks of variables with the heading above them, `<what to fill in>` filled in. */
const recipes = [...PAGE.matchAll(/^```sh\n(OTEL_[^`]+)```/gm)].map(({ index, 1: block = '' }) => {
  const heading = [...PAGE.slice(0, index).matchAll(/^#+ (.+)$/gm)].at(-1)?.[1] ?? '';
  return [heading, variables(block)] as const;
});

function variables(block: string): Environment {
  const env: Record<string, string> = {};
  for (const [, name = '', value = ''] of block.matchAll(/^([A-Z_]+)=(.*)$/gm)) {
    env[name] = value.replace(/<.+?>/g, 'filled-in');
  }
  return env;
}

function exporterOf(heading: string, at = 0): unknown {
  const env = recipes.filter(([name]) => name === heading)[at]?.[1];
  return resolve({}, env).exporters[0];
}

describe('the recipes in docs/backends.md', () => {
  it.each(recipes.filter(([name]) => name !== 'TLS'))('are understood: %s', (_heading, env) => {
    const { warnings, origins } = resolve({}, env);
    const read = new Set([...origins.values()].map(({ variable }) => variable));

    expect(warnings).toEqual([]);
    expect(Object.keys(env).filter((name) => !read.has(name))).toEqual([]);
  });

  it('name a certificate that is not here, and say so', () => {
    const env = recipes.find(([name]) => name === 'TLS')?.[1] ?? {};

    expect(Object.keys(env)).toHaveLength(3);
    for (const name of Object.keys(env)) {
      expect(resolve({}, env).warnings.join('\n')).toContain(name);
    }
  });

  it.each([
    ['Grafana Cloud', 0, 'https://otlp-gateway-filled-in.grafana.net/otlp/v1/traces'],
    ['Honeycomb', 0, 'https://api.honeycomb.io/v1/traces'],
    ['Datadog', 0, 'http://filled-in:4317'],
    ['Datadog', 1, 'https://otlp.datadoghq.com/v1/traces'],
    ['New Relic', 0, 'https://otlp.nr-data.net/v1/traces'],
    ['Zipkin', 0, 'http://zipkin:9411/api/v2/spans'],
    ['Jaeger, Tempo, any collector', 0, 'http://tempo:4318/v1/traces'],
  ])('send to where the backend listens: %s, %s', (heading, at, endpoint) => {
    expect(exporterOf(heading, at)).toMatchObject({ endpoint });
  });

  it.each([
    ['Grafana Cloud', 0, { authorization: 'Basic filled-in' }],
    ['Honeycomb', 0, { 'x-honeycomb-team': 'filled-in' }],
    ['Datadog', 1, { 'dd-api-key': 'filled-in', compute_stats: 'true' }],
    ['New Relic', 0, { 'api-key': 'filled-in' }],
  ])('send the key: %s, %s', (heading, at, headers) => {
    expect(exporterOf(heading, at)).toMatchObject({ headers });
  });
});
