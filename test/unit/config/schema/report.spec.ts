import { describe, expect, it } from 'vitest';
import { Report } from '../../../../libs/nestrace/src/config/schema/report.js';

function shown(path: string, value: unknown): string | undefined {
  const report = new Report();
  report.problem(path, value, 'something else');
  return report.problems[0]?.shown;
}

class Client {
  constructor(readonly password: string) {}
}

describe('Report', () => {
  it('keeps problems with path, value and what is accepted', () => {
    const report = new Report();
    report.problem('sampling.ratio', 2, 'a number from 0 to 1');
    expect(report.problems).toEqual([
      { path: 'sampling.ratio', shown: '2', accepted: 'a number from 0 to 1' },
    ]);
    expect(report.warnings).toEqual([]);
  });

  it('warns about a variable by its name and says that it is ignored', () => {
    const report = new Report();
    report.badVariable('OTEL_BSP_SCHEDULE_DELAY', 'soon', 'a whole number');
    expect(report.warnings).toEqual([
      "OTEL_BSP_SCHEDULE_DELAY='soon' is ignored. It accepts: a whole number. " +
        'The next source of this option is used.',
    ]);
    expect(report.problems).toEqual([]);
  });

  it('remembers where a value came from; the last word counts', () => {
    const report = new Report();
    report.from('debug', { source: 'default' });
    report.from('debug', { source: 'env', variable: 'DEBUG' });
    expect(report.origins.get('debug')).toEqual({ source: 'env', variable: 'DEBUG' });
  });

  it.each([
    ['undefined', undefined],
    ['null', null],
    ["'text'", 'text'],
    ['0', 0],
    ['false', false],
    ['5n', 5n],
    ['/x/g', /x/g],
    ["[ 'a', 1 ]", ['a', 1]],
    ['{ a: { b: 1 } }', { a: { b: 1 } }],
    ['{ a: { b: [Object] } }', { a: { b: { c: 1 } } }],
    ['{ a: 1 }', Object.assign(Object.create(null), { a: 1 })],
  ])('shows %s', (expected, value) => {
    expect(shown('service.name', value)).toBe(expected);
  });

  it('cuts a long value', () => {
    expect(shown('service.name', 'x'.repeat(1000))).toHaveLength(
      `'${'x'.repeat(80)}'... 920 more characters`.length,
    );
    expect(shown('service.name', Array(100).fill('item'))).toMatch(/^.{120}…$/);
  });

  it.each([
    'exporters[0].headers',
    'exporters[0].headers.authorization',
    'exporters[0].tls.key',
    'OTEL_EXPORTER_OTLP_HEADERS',
    'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
    'OTEL_EXPORTER_OTLP_CLIENT_KEY',
    'OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY',
    'apiKey',
    'service.password',
  ])('does not show the value of %s', (path) => {
    expect(shown(path, 'hunter2')).toBe('(not shown)');
    const report = new Report();
    report.badVariable(path, 'hunter2', 'nothing');
    expect(report.warnings.join()).not.toContain('hunter2');
  });

  it('does not show secrets that lie deeper in a value', () => {
    const value = {
      type: 'otpl',
      headers: { authorization: 'Bearer hunter2' },
      tls: { key: 'hunter2', ca: 'ca.pem' },
    };
    expect(shown('exporters[0]', value)).toBe(
      "{ type: 'otpl', headers: (not shown), tls: { key: (not shown), ca: 'ca.pem' } }",
    );
    expect(shown('exporters', [value])).not.toContain('hunter2');
  });

  it('does not show a private key, wherever it was put', () => {
    const key = '-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----';
    expect(shown('exporters[0].tls', key)).toBe('(not shown)');
    expect(shown('exporters[0].tls', { ca: key })).toBe('{ ca: (not shown) }');
  });

  it('does not show the credentials and secret parameters of a URL', () => {
    expect(shown('exporters[0].endpoint', 'ftp://ann:hunter2@host/?token=hunter2&a=b')).toBe(
      "'ftp://REDACTED:REDACTED@host/?token=REDACTED&a=b'",
    );
  });

  it.each(['ann:Zq9-81@collector:4318', '//ann:Zq9-81@collector', 'bad pair,password=Zq9-81'])(
    'does not show the password in "%s"',
    (value) => expect(shown('exporters[0].endpoint', value)).not.toContain('Zq9-81'),
  );

  it('shows only the class of an instance', () => {
    expect(shown('exporters[0]', new Client('hunter2'))).toBe('[Client]');
    expect(shown('exporters', [{ client: new Client('hunter2') }])).toBe(
      '[ { client: [Client] } ]',
    );
    expect(shown('resource', new Map([['token', 'hunter2']]))).toBe('[Map]');
  });

  it('shows a value that contains itself', () => {
    const value: Record<string, unknown> = { name: 'a' };
    value['self'] = value;
    expect(shown('service', value)).toMatch(/^\{ name: 'a', self: .*\}$/);
  });
});
