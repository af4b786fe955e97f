import { TRACE_TABS, type TraceTab } from '../../app/router.js';
import type { Shortcut } from '../../keyboard/shortcuts.js';
import { useShortcuts } from '../../keyboard/use-shortcuts.js';
import { treeMove } from './model/tree-keys.js';
import type { Entry } from './model/entry.js';
import type { TraceView } from './model/trace-view.js';
import type { TraceCommands } from './trace-commands.js';

interface TraceKeys {
  readonly view: TraceView;
  readonly commands: TraceCommands;
  readonly tab: TraceTab;
  readonly onTab: (tab: TraceTab) => void;
  readonly onOpen: (entry: Entry) => void;
  /** The cursor has moved. */
  readonly onMoved: () => void;
  readonly onFind: () => void;
  readonly onStep: (direction: 1 | -1) => boolean;
  readonly onCopyLink: () => void;
  readonly onCopyMenu: () => void;
  /** False when nothing was left to close. */
  readonly onEscape: () => boolean;
}

const group = 'Trace';
const PAN = 0.25;

/** Every key of the trace screen. Those of the tree are in force while the tree can be seen. */
export function useTraceKeys(keys: TraceKeys): void {
  const { view, commands, tab } = keys;
  const onTree =
    (run: (event: KeyboardEvent) => boolean | void): Shortcut['run'] =>
    (event) =>
      tab === 'waterfall' ? run(event) : false;
  const command = (run: () => void) => onTree(() => run());
  const move = onTree((event) => {
    if (event.key.length > 1 && !isOnTree(event.target)) return false;
    if (event.shiftKey && event.key.startsWith('Arrow')) return false;
    const at = view.cursorLine.peek();
    const visible = view.visible.peek();
    const next = treeMove(event.key, at, view.tree.peek(), view.expansion.peek(), visible);
    view.grabsFocus = isOnTree(event.target);
    if (next === undefined) return true;
    if (next.kind === 'open') view.expansion.value = next.expansion;
    else {
      view.moveTo(visible.entries[next.at] ?? 0);
      keys.onMoved();
    }
    return true;
  });
  const step = (direction: 1 | -1) =>
    onTree(({ target }) => {
      view.grabsFocus = isOnTree(target);
      return keys.onStep(direction);
    });
  const stepError = (direction: 1 | -1) =>
    onTree(({ target }) => {
      view.grabsFocus = isOnTree(target);
      const moved = commands.stepError(direction);
      if (moved) keys.onMoved();
      return moved;
    });
  useShortcuts([
    { keys: ['j', 'ArrowDown'], label: 'Next row', group, run: move },
    { keys: ['k', 'ArrowUp'], label: 'Previous row', group, run: move },
    { keys: ['ArrowRight'], label: 'Expand, or to the first below', group, run: move },
    { keys: ['ArrowLeft'], label: 'Collapse, or to the parent', group, run: move },
    { keys: ['Home', 'End'], label: 'First and last row', group, run: move },
    { keys: ['PageUp', 'PageDown'], label: 'A page up or down', group, run: move },
    {
      keys: ['Enter', ' '],
      label: 'Details of the span',
      group,
      run: onTree((event) => {
        if (!isOnTree(event.target)) return false;
        keys.onOpen(view.cursorEntry);
        return true;
      }),
    },
    { keys: ['/'], label: 'Find in the trace', group, run: keys.onFind },
    { keys: ['n'], label: 'Next match', group, run: step(1) },
    { keys: ['N'], label: 'Previous match', group, run: step(-1) },
    { keys: ['e'], label: 'Next error', group, run: stepError(1) },
    { keys: ['E'], label: 'Previous error', group, run: stepError(-1) },
    { keys: ['['], label: 'Collapse all', group, run: command(commands.collapseAll) },
    {
      keys: [']'],
      label: 'Expand all, then the repeated too',
      group,
      run: command(commands.expandAll),
    },
    { keys: ['o'], label: 'One level less', group, run: command(commands.collapseLevel) },
    { keys: ['p'], label: 'One level more', group, run: command(commands.expandLevel) },
    { keys: ['*'], label: 'Expand all beside it', group, run: command(commands.expandSiblings) },
    { keys: ['+', '='], label: 'Zoom in', group, run: command(commands.zoomIn) },
    { keys: ['-'], label: 'Zoom out', group, run: command(commands.zoomOut) },
    { keys: ['0'], label: 'Whole time', group, run: command(commands.resetZoom) },
    {
      keys: ['ArrowLeft', 'ArrowRight'],
      label: 'With Shift: earlier, later',
      group,
      run: onTree(({ key, shiftKey }) =>
        shiftKey ? commands.pan(key === 'ArrowLeft' ? -PAN : PAN) : false,
      ),
    },
    { keys: ['y'], label: 'Copy the link', group, run: keys.onCopyLink },
    { keys: ['c'], label: 'Copy …', group, run: keys.onCopyMenu },
    {
      keys: TRACE_TABS.map((_, at) => String(at + 1)),
      label: 'Tabs',
      group,
      run: ({ key }) => keys.onTab(TRACE_TABS[Number(key) - 1] ?? 'waterfall'),
    },
    { keys: ['Escape'], label: 'End the search, close the details', group, run: keys.onEscape },
  ]);
}

/** Keys that scroll or press belong to what has the focus; with the focus nowhere, to the tree. */
function isOnTree(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return true;
  if (target === document.body || target.id === 'screen') return true;
  return target.closest('.wf-row') !== null;
}
