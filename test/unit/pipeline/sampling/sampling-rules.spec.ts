import { AlwaysOnSampler } from '@opentelemetry/sdk-trace';
import { describe, expect, it } from 'vitest';
import type { SamplingRule } from '../../../../libs/nestrace/src/config/sampling-rules.options.js';
import { failureCounts } from '../../../../libs/nestrace/src/core/failures.js';
import { SamplingRules } from '../../../../libs/nestrace/src/pipeline/sampling/sampling-rules.js';

const rpc = { attributes: { 'nest.type': 'request', 'rpc.system.name': 'nestjs' } };

function compile(...matches: SamplingRule['match'][]): SamplingRules {
  const rules = matches.map((match, index) => ({ match, ratio: index / 100 }));
  return new SamplingRules(rules, () => new AlwaysOnSampler());
}

/** Which of the rules decides about a request; -1 where none does. */
function forRequest(rules: SamplingRules, method: string, path: string): number {
  const found = rules.find(method, { request: { method, path, headers: { 'x-vip': '1' } } });
  return found === undefined ? -1 : rules.all.indexOf(found);
}

describe('SamplingRules', () => {
  it.each<[match: SamplingRule['match'], yes: readonly string[], no: readonly string[]]>([
    ['/orders', ['GET /orders', 'POST /orders'], ['GET /orders/1', 'GET /']],
    ['/orders/:id', ['GET /orders/1'], ['GET /orders', 'GET /orders/1/lines']],
    ['GET /orders/:id', ['GET /orders/1', 'get /orders/1'], ['POST /orders/1']],
    ['  post   /orders ', ['POST /orders'], ['GET /orders']],
    [/^\/a/g, ['GET /a', 'GET /ab'], ['GET /b']],
    [{ path: /b$/ }, ['GET /ab'], ['GET /ba']],
    [{ method: 'GET' }, ['GET /a'], ['POST /a']],
    [{ method: ['put', 'PATCH'], path: '/a/*' }, ['PUT /a/b', 'PATCH /a/'], ['GET /a/b', 'PUT /b']],
    [{ transport: 'http' }, ['GET /a'], []],
    [{ transport: 'rpc' }, [], ['GET /a']],
    [{ name: 'GET' }, [], ['GET /a']],
    ['GET', [], ['GET /GET', 'GET /']],
    [({ headers }) => headers?.['x-vip'] === '1', ['GET /a'], []],
  ])('%j', (match, yes, no) => {
    const rules = compile(match);
    const ask = (line: string): number => {
      const [method = '', path = ''] = line.split(' ');
      return forRequest(rules, method, path);
    };
    for (const line of [...yes, ...yes]) expect(ask(line), line).toBe(0);
    for (const line of [...no, ...no]) expect(ask(line), line).toBe(-1);
  });

  it('know what is no request by its name', () => {
    const rules = compile('orders.*', { transport: 'rpc', name: 'sum' }, /^Reports/, '/sum');
    const ruleFor = (name: string, start = {}): number =>
      rules.all.findIndex((rule) => rule === rules.find(name, start));
    expect(ruleFor('orders.created', rpc)).toBe(0);
    expect(ruleFor('sum', rpc)).toBe(1);
    expect(ruleFor('sum')).toBe(-1);
    expect(ruleFor('ReportsService.daily')).toBe(2);
    expect(ruleFor('/sum')).toBe(-1);
  });

  it('are tried in their order', () => {
    const rules = compile('/a/b', '/a/*', '*');
    expect(forRequest(rules, 'GET', '/a/b')).toBe(0);
    expect(forRequest(rules, 'GET', '/a/c')).toBe(1);
    expect(forRequest(rules, 'GET', '/c')).toBe(2);
    expect(rules.find('a job', {})).toBe(rules.all[2]);
  });

  it('go on where one throws, and say so', () => {
    const before = failureCounts().get('sampling') ?? 0;
    const rules = compile(() => {
      throw new Error('no');
    }, '/a');
    expect(forRequest(rules, 'GET', '/a')).toBe(1);
    expect(failureCounts().get('sampling')).toBe(before + 1);
  });
});
