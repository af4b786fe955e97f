import type { JSX } from 'preact';
import type { ScreenProps } from '../../app/screens.js';
import { book } from '../../state/traces.js';

export function ListScreen({ route }: ScreenProps<'traces'>): JSX.Element {
  return (
    <p>
      {route.screen} {book.value.shown.length}
    </p>
  );
}
