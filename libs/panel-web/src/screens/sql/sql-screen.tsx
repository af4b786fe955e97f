import type { JSX } from 'preact';
import type { ScreenProps } from '../../app/screens.js';
import { StatementPage } from './statement-page.js';
import { StatementsPage } from './statements-page.js';
import './sql.css';

export function SqlScreen({ route }: ScreenProps<'sql'>): JSX.Element {
  const { fingerprint } = route;
  if (fingerprint === undefined) return <StatementsPage />;
  return <StatementPage key={fingerprint} fingerprint={fingerprint} />;
}
