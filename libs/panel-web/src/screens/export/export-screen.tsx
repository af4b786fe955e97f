import type { JSX } from 'preact';
import type { ScreenProps } from '../../app/screens.js';

export function ExportScreen({ route }: ScreenProps<'export'>): JSX.Element {
  return <p>{route.screen}</p>;
}
