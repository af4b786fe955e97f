import type { JSX } from 'preact';
import { Menu, type MenuItem } from '../../../parts/menu.js';
import { IconButton } from '../../../parts/button.js';
import type { TraceView } from '../model/trace-view.js';
import { arrange, layout } from '../trace-layout.js';
import type { TraceCommands } from '../trace-commands.js';

interface ViewMenuProps {
  readonly view: TraceView;
  readonly commands: TraceCommands;
}

/** What opens and closes the tree, for those who use the pointer. */
export function ViewMenu({ view, commands }: ViewMenuProps): JSX.Element {
  const critical = layout.value.critical === 1;
  const items: readonly MenuItem[] = [
    { label: 'Expand all  ]', onSelect: commands.expandAll },
    { label: 'Collapse all  [', onSelect: commands.collapseAll },
    { label: 'One level more  p', onSelect: commands.expandLevel },
    { label: 'One level less  o', onSelect: commands.collapseLevel },
    { label: 'Expand to errors', onSelect: commands.expandToErrors },
    { label: critical ? 'Hide critical path' : 'Show critical path', onSelect: toggleCritical },
  ];
  return (
    <span class="view-tools">
      <IconButton
        icon="fit"
        label="Show the whole time"
        shortcut="0"
        disabled={view.zoom.value === undefined}
        onClick={commands.resetZoom}
      />
      <Menu label="View" title="What is open" items={items} />
    </span>
  );
}

function toggleCritical(): void {
  arrange({ critical: layout.peek().critical === 1 ? 0 : 1 });
}
