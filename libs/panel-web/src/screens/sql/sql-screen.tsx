import type { JSX } from 'preact';
import type { ScreenProps } from '../../app/screens.js';

export function SqlScreen({ route }: ScreenProps<'sql'>): JSX.Element {
  return <p>{route.screen}</p>;
}
