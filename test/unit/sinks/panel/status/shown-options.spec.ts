import { describe, expect, it } from 'vitest';
import type { OtelModuleOptions } from '../../../../../libs/nestrace/src/config/otel.options.js';
import { shownOptions } from '../../../../../libs/nestrace/src/sinks/panel/status/shown-options.js';
import { ConfigFiles } from '../../../support/config-file.js';
import { resolve } from '../../../support/options.js';

function shown(options: OtelModuleOptions): Record<string, string> {
  return Object.fromEntries(shownOptions(resolve(options)).map(({ path, value }) => [path, value]));
}

class OwnSampler {
  readonly apiKey = 'hunter2';
  shouldSample(): { decision: number } {
    return { decision: 0 };
  }
}

describe('shownOptions', () => {
  it('shows plain values as they are', () => {
    expect(
      shown({
        http: { captureRequestHeaders: ['x-tenant'] },
        redaction: { keys: [/^user\./, 'a.*'] },
        panel: { allowFrom: [], authorize: () => true },
      }),
    ).toMatchObject({
      'panel.path': '_otel',
      'panel.slowMs': '100',
      'panel.allowFrom': '[]',
      'panel.authorize': 'authorize',
      'redaction.keys': "[ /^user\\./, 'a.*' ]",
      'http.captureRequestHeaders': "[ 'x-tenant' ]",
    });
  });

  it('names the line of the file a value stands in', async () => {
    const files = new ConfigFiles();
    const options = await files.load('tracing:\n  sampling:\n    ratio: 0.5\n');
    const ratio = shownOptions(options).find(({ path }) => path === 'sampling.ratio');
    expect({ ...ratio, file: files.shortened(ratio?.file ?? '')[0] }).toEqual({
      path: 'sampling.ratio',
      value: '0.5',
      source: 'file',
      file: 'otel.yaml',
      line: 3,
    });
    files.remove();
  });

  it('hides secrets, in whatever they are', () => {
    const options = shown({
      resource: { attributes: { 'deploy.token': 'hunter2', url: 'https://app:hunter2@host/' } },
      sampling: { sampler: new OwnSampler() },
      panel: { token: 'hunter2.hunter2.hunter2', guards: [{ canActivate: () => 'hunter2' }] },
      exporters: [
        {
          type: 'otlp',
          endpoint: 'https://app:hunter2@host/v1/traces?api_key=hunter2',
          headers: { 'x-customer': 'hunter2' },
        },
      ],
    });
    expect(JSON.stringify(options)).not.toContain('hunter2');
    expect(options).toMatchObject({
      'resource.attributes': "{ deploy.token: ••••, url: 'https://REDACTED:REDACTED@host/' }",
      'sampling.sampler': 'an object of class OwnSampler',
      'panel.token': '••••',
      'exporters[0].headers': '••••',
    });
    expect(options['exporters[0].endpoint']).toContain('@host/v1/traces?api_key=');
  });
});
