import type { JSX } from 'preact';
import type { ScreenProps } from '../../app/screens.js';
import { ErrorListPage } from './error-list-page.js';
import { ErrorPage } from './error-page.js';
import './errors.css';

export function ErrorsScreen({ route }: ScreenProps<'errors'>): JSX.Element {
  const { fingerprint } = route;
  if (fingerprint === undefined) return <ErrorListPage />;
  return <ErrorPage key={fingerprint} fingerprint={fingerprint} />;
}
