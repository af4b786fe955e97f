import { signal } from '@preact/signals';

export const TRACE_TABS = ['waterfall', 'sql', 'errors', 'logs', 'propagation', 'raw'] as const;
export type TraceTab = (typeof TRACE_TABS)[number];

/** What the part of the address behind `#` says. */
export type Route =
  | {
      readonly screen: 'traces';
      readonly query: string;
      readonly noise: boolean;
      readonly byRoute: boolean;
    }
  | {
      readonly screen: 'trace';
      readonly traceId: string;
      readonly tab: TraceTab;
      readonly span?: string;
    }
  | { readonly screen: 'sql'; readonly fingerprint?: string }
  | { readonly screen: 'errors'; readonly fingerprint?: string }
  | { readonly screen: 'export' }
  | { readonly screen: 'settings' };

export type ScreenName = Route['screen'];

export type ListRoute = Extract<Route, { screen: 'traces' }>;

export const HOME: ListRoute = { screen: 'traces', query: '', noise: false, byRoute: false };

/** Never throws; what it does not know is the list. */
export function parseRoute(hash: string): Route {
  const [path = '', search = ''] = hash.replace(/^#?\/?/, '').split('?');
  const [screen = '', id] = path.split('/').map(decoded);
  const params = new URLSearchParams(search);
  switch (screen) {
    case 'trace':
      return id === undefined || id === '' ? HOME : traceRoute(id, params);
    case 'sql':
    case 'errors':
      return id === undefined || id === '' ? { screen } : { screen, fingerprint: id };
    case 'export':
    case 'settings':
      return { screen };
    default:
      return {
        screen: 'traces',
        query: params.get('q') ?? '',
        noise: params.get('noise') === '1',
        byRoute: params.get('group') === 'route',
      };
  }
}

function traceRoute(traceId: string, params: URLSearchParams): Route {
  const span = params.get('span');
  const tab = TRACE_TABS.find((known) => known === params.get('tab')) ?? 'waterfall';
  return { screen: 'trace', traceId, tab, ...(span ? { span } : undefined) };
}

export function formatRoute(route: Route): string {
  switch (route.screen) {
    case 'traces':
      return withParams('#/traces', {
        q: route.query,
        noise: route.noise ? '1' : '',
        group: route.byRoute ? 'route' : '',
      });
    case 'trace':
      return withParams(`#/trace/${encodeURIComponent(route.traceId)}`, {
        span: route.span ?? '',
        tab: route.tab === 'waterfall' ? '' : route.tab,
      });
    case 'sql':
    case 'errors':
      return route.fingerprint === undefined
        ? `#/${route.screen}`
        : `#/${route.screen}/${encodeURIComponent(route.fingerprint)}`;
    case 'export':
    case 'settings':
      return `#/${route.screen}`;
    default:
      return route satisfies never;
  }
}

function withParams(path: string, params: Record<string, string>): string {
  const given = Object.entries(params).filter(([, value]) => value !== '');
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Where the panel is now. */
export const route = signal<Route>(parseRoute(location.hash));

/**
 * For `href`. A bare `#…` would be resolved against the `<base>` of the page, which is not where the
 * page is when it was asked for without a slash at the end.
 */
export function hrefOf(target: Route): string {
  return `${location.pathname}${location.search}${formatRoute(target)}`;
}

/** Goes somewhere else: the back button leads here again. */
export function navigate(target: Route): void {
  if (formatRoute(target) !== formatRoute(route.peek())) {
    history.pushState(undefined, '', hrefOf(target));
  }
  route.value = target;
}

/** The same place, seen otherwise: typing, sorting, selecting leave no trail. */
export function adjust(target: Route): void {
  history.replaceState(undefined, '', hrefOf(target));
  route.value = target;
}

function follow(): void {
  route.value = parseRoute(location.hash);
}

/** Follows the buttons of the browser and links. Returns what ends it. */
export function followAddress(): () => void {
  window.addEventListener('popstate', follow);
  window.addEventListener('hashchange', follow);
  return () => {
    window.removeEventListener('popstate', follow);
    window.removeEventListener('hashchange', follow);
  };
}
