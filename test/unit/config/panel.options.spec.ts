import { describe, expect, it } from 'vitest';
import type { PanelOptions } from '../../../libs/nestrace/src/config/panel.options.js';
import { resolveOptions } from '../../../libs/nestrace/src/config/resolve-options.js';

type Env = Record<string, string>;

const resolved = (panel: boolean | PanelOptions | undefined, env: Env = {}) =>
  resolveOptions(panel === undefined ? {} : { panel }, env);
const isOn = (panel: boolean | PanelOptions | undefined, env?: Env): boolean =>
  resolved(panel, env).panel.enabled;

describe('panel', () => {
  it.each<[boolean | PanelOptions | undefined, Env, boolean]>([
    [undefined, {}, true],
    [{ path: 'x' }, {}, true],
    [undefined, { NODE_ENV: 'production' }, false],
    [undefined, { NODE_ENV: 'test' }, false],
    [{ path: 'x' }, { NODE_ENV: 'production' }, false],
    [undefined, { OTEL_PANEL_ENABLED: 'false' }, false],
    [false, { OTEL_PANEL_ENABLED: 'true' }, false],
    [true, { NODE_ENV: 'test' }, true],
    [{ enabled: true, authorize: () => true }, { NODE_ENV: 'production' }, true],
  ])('given %o with %o is on: %s', (panel, env, on) => {
    expect(isOn(panel, env)).toBe(on);
  });

  it('does not start in production without somebody who says who may see it', () => {
    const production = { NODE_ENV: 'production' };
    expect(() => resolved(true, production)).toThrow('panel.enabled');
    expect(() => resolved({ enabled: true, token: 'auto' }, production)).toThrow('panel.enabled');
  });

  it('is off in production where only a variable turns it on, and says so', () => {
    const options = resolved(undefined, { NODE_ENV: 'production', OTEL_PANEL_ENABLED: 'true' });
    expect(options.panel.enabled).toBe(false);
    expect(options.warnings.join()).toContain('OTEL_PANEL_ENABLED');
  });

  it.each([['127.0.0.1'], ['172.16.0.0/12'], ['::1'], ['fd00::/8'], ['::ffff:10.0.0.1']])(
    'takes the address %s',
    (range) => {
      expect(resolved({ allowFrom: [range] }).panel.allowFrom).toEqual([range]);
    },
  );

  it.each([['10.0.0.999/8'], ['10.0.0.0/33'], ['fd00::/129'], ['10.0.0.0/8/8'], [':'], ['all']])(
    'does not take %s for an address, and says so with all that is wrong',
    (range) => {
      const wrong = { allowFrom: [range], slowMs: -1 };
      expect(() => resolved(wrong)).toThrow(/panel\.allowFrom[^]*panel\.slowMs/);
    },
  );

  it.each([['a/../b'], ['..'], [':id'], ['a*'], [''], ['a b']])(
    'does not take "%s" for a path',
    (path) => {
      expect(() => resolved({ path })).toThrow('panel.path');
    },
  );

  it.each([['javascript:alert({path})'], ['file://{path}'], ['vscode://file/']])(
    'does not take "%s" for the URL of an editor',
    (editor) => {
      expect(() => resolved({ editor })).toThrow('panel.editor');
    },
  );
});
