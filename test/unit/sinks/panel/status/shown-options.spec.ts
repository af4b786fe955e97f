import { describe, expect, it } from 'vitest';
import type { OtelModuleOptions } from '../../../../../libs/nestrace/src/config/otel.options.js';
import { shownOptions } from '../../../../../libs/nestrace/src/sinks/panel/status/shown-options.js';
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
        panel: { redact: { keys: [/^user\./, 'a.*'] }, allowFrom: [], authorize: () => true },
      }),
    ).toMatchObject({
      'panel.path': '_otel',
      'panel.slowMs': '100',
      'panel.allowFrom': '[]',
      'panel.authorize': 'authorize',
      'panel.redact.keys': "[ /^user\\./, 'a.*' ]",
      'http.captureRequestHeaders': "[ 'x-tenant' ]",
    });
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
      'resource.attributes': "{ deploy.token: ••••, url: 'https://••••@host/' }",
      'sampling.sampler': 'an object of class OwnSampler',
      'panel.token': '••••',
      'exporters[0].headers': '••••',
    });
    expect(options['exporters[0].endpoint']).toContain('@host/v1/traces?api_key=');
  });
});
