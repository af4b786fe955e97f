import type { JSX } from 'preact';
import type { ScreenProps } from '../../app/screens.js';
import { book } from '../../state/traces.js';
import { ListEmpty } from './list-empty.js';
import { ListToolbar } from './list-toolbar.js';
import { RouteTable } from './route-table.js';
import { TraceGrid } from './trace-grid.js';
import './filter.css';
import './list.css';
import './routes.css';
import './rows.css';

export function ListScreen({ route }: ScreenProps<'traces'>): JSX.Element {
  return (
    <div class="list">
      <h1 class="only-read">Traces</h1>
      <ListToolbar route={route} />
      <Content route={route} />
    </div>
  );
}

function Content({ route }: ScreenProps<'traces'>): JSX.Element {
  if (route.byRoute) return <RouteTable />;
  const { shown, waiting } = book.value;
  if (shown.length === 0 && waiting.length === 0) return <ListEmpty route={route} />;
  return <TraceGrid />;
}
