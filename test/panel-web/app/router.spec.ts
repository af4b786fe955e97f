import { beforeEach, describe, expect, it } from 'vitest';
import {
  adjust,
  formatRoute,
  HOME,
  hrefOf,
  navigate,
  parseRoute,
  route,
  type Route,
} from '../../../libs/panel-web/src/app/router.js';

const ROUTES: readonly (readonly [string, Route])[] = [
  ['#/traces', HOME],
  [
    '#/traces?q=dur%3A%3E100ms+has%3Aerror&noise=1&group=route',
    { screen: 'traces', query: 'dur:>100ms has:error', noise: true, byRoute: true },
  ],
  ['#/trace/4bf9', { screen: 'trace', traceId: '4bf9', tab: 'waterfall' }],
  ['#/trace/4bf9?span=a1&tab=sql', { screen: 'trace', traceId: '4bf9', tab: 'sql', span: 'a1' }],
  ['#/sql', { screen: 'sql' }],
  ['#/sql/ff', { screen: 'sql', fingerprint: 'ff' }],
  ['#/errors/ff', { screen: 'errors', fingerprint: 'ff' }],
  ['#/export', { screen: 'export' }],
  ['#/settings', { screen: 'settings' }],
];

describe('routes', () => {
  it.each(ROUTES)('%s is read and written alike', (hash, expected) => {
    expect(parseRoute(hash)).toEqual(expected);
    expect(formatRoute(expected)).toBe(hash);
  });

  it.each(['', '#', '#/', '#/nonsense', '#/trace', '#/trace/', '#/trace/?span=1'])(
    'leads to the list from %j',
    (hash) => {
      expect(parseRoute(hash)).toEqual(HOME);
    },
  );

  it('survives what is no valid encoding, and a tab that does not exist', () => {
    expect(parseRoute('#/sql/%E0%A4')).toEqual({ screen: 'sql', fingerprint: '%E0%A4' });
    expect(parseRoute('#/trace/1?tab=x')).toMatchObject({ tab: 'waterfall' });
  });
});

describe('moving', () => {
  beforeEach(() => {
    adjust(HOME);
  });

  it('pushes where one goes, and replaces what one adjusts', () => {
    const before = history.length;
    navigate({ screen: 'export' });
    expect(history.length).toBe(before + 1);
    adjust({ screen: 'sql' });
    expect(history.length).toBe(before + 1);
    expect(location.hash).toBe('#/sql');
    expect(route.value).toEqual({ screen: 'sql' });
  });

  it('pushes nothing when it is there already', () => {
    navigate({ screen: 'export' });
    const before = history.length;
    navigate({ screen: 'export' });
    expect(history.length).toBe(before);
  });

  it('links to the address of the page, whatever its base is', () => {
    const base = document.createElement('base');
    base.setAttribute('href', './_otel/');
    document.head.append(base);
    expect(hrefOf({ screen: 'sql' })).toBe(`${location.pathname}#/sql`);
    base.remove();
  });
});
