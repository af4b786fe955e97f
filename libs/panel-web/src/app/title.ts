import { meta } from '../state/meta.js';
import type { Route } from './router.js';

/** For the tab of the browser and the history. */
export function titleOf(current: Route): string {
  const service = meta.value?.service.name ?? 'nestrace';
  switch (current.screen) {
    case 'traces':
      return `Traces · ${service}`;
    case 'trace':
      return `Trace ${current.traceId.slice(0, 8)} · ${service}`;
    case 'sql':
      return `SQL · ${service}`;
    case 'errors':
      return `Errors · ${service}`;
    case 'export':
      return `Export · ${service}`;
    case 'settings':
      return `Settings · ${service}`;
    default:
      return current satisfies never;
  }
}
