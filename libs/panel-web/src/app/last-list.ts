import { effect, signal } from '@preact/signals';
import { HOME, route, type ListRoute } from './router.js';

/** The list as it was left: with its filter. */
export const lastList = signal<ListRoute>(HOME);

effect(() => {
  if (route.value.screen === 'traces') lastList.value = route.value;
});
