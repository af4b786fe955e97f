import type { JSX } from 'preact';
import type { ScreenProps } from '../../app/screens.js';

export function TraceScreen({ route }: ScreenProps<'trace'>): JSX.Element {
  return <p>{route.screen}</p>;
}
