import type { JSX } from 'preact';
import type { ScreenProps } from '../../app/screens.js';

export function ErrorsScreen({ route }: ScreenProps<'errors'>): JSX.Element {
  return <p>{route.screen}</p>;
}
