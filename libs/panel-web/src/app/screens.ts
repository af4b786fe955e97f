import type { Route, ScreenName } from './router.js';

/** What a screen gets: the part of the address that is about it. */
export interface ScreenProps<S extends ScreenName> {
  readonly route: Extract<Route, { screen: S }>;
}
