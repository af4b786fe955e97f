import type { JSX } from 'preact';
import type { ScreenProps } from '../../app/screens.js';

export function SettingsScreen({ route }: ScreenProps<'settings'>): JSX.Element {
  return <p>{route.screen}</p>;
}
