import type { JSX } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ScreenProps } from '../../app/screens.js';
import { adjust, navigate, type TraceTab } from '../../app/router.js';
import { copyText } from '../../parts/copy.js';
import { Tabs } from '../../parts/tabs.js';
import { SpanDrawer } from './drawer/span-drawer.js';
import { FindBar } from './find/find-bar.js';
import { Finder } from './find/finder.js';
import { traceLink } from './head/copy-menu.js';
import { TraceHead } from './head/trace-head.js';
import { isFold, type Entry } from './model/entry.js';
import type { TraceView } from './model/trace-view.js';
import { TabContent } from './tab-content.js';
import { traceCommands } from './trace-commands.js';
import { useTraceKeys } from './use-trace-keys.js';
import { ViewMenu } from './waterfall/view-menu.js';

interface TraceBodyProps extends ScreenProps<'trace'> {
  readonly view: TraceView;
}

export function TraceBody({ view, route }: TraceBodyProps): JSX.Element {
  const detail = view.detail.value;
  const { span, tab } = route;
  const commands = useMemo(() => traceCommands(view), [view]);
  const finder = useMemo(() => new Finder(view), [view]);
  const findInput = useRef<HTMLInputElement>(null);
  const [openCopy, setOpenCopy] = useState(0);
  const { traceId } = route;

  // What the address names is shown: after a link, a step back, or a click in another tab.
  useEffect(() => {
    if (span !== undefined) view.show(span);
  }, [view, span]);

  const select = (id: string | undefined) =>
    adjust({ screen: 'trace', traceId, tab, ...(id !== undefined && { span: id }) });
  const open = (entry: Entry) => {
    view.moveTo(entry);
    if (isFold(entry)) view.toggle(entry);
    else if (detail.spans.id[entry] === span) focusDrawer();
    else select(detail.spans.id[entry]);
  };
  /** An open drawer follows the cursor. */
  const follow = () => {
    const entry = view.cursorEntry;
    if (span !== undefined && !isFold(entry)) select(detail.spans.id[entry]);
  };
  const close = () => {
    view.grabsFocus = true;
    select(undefined);
  };
  const step = (direction: 1 | -1) => {
    const moved = finder.step(direction);
    if (moved) follow();
    return moved;
  };
  const takeFocus = () => findInput.current?.select();
  const changeTab = (next: TraceTab) =>
    navigate({ screen: 'trace', traceId, tab: next, ...(span !== undefined && { span }) });

  useTraceKeys({
    view,
    commands,
    tab,
    onTab: changeTab,
    onOpen: open,
    onMoved: follow,
    onStep: step,
    onFind: () => {
      // What is typed next must not be lost: one waits only for a field that is not there yet.
      if (tab === 'waterfall') {
        takeFocus();
        return;
      }
      changeTab('waterfall');
      setTimeout(takeFocus);
    },
    onCopyLink: () => void copyText(traceLink(traceId, span)),
    onCopyMenu: () => setOpenCopy((count) => count + 1),
    onEscape: () => {
      if (finder.text.peek() !== '') finder.clear();
      else if (span !== undefined) close();
      else return false;
      return true;
    },
  });

  return (
    <>
      <TraceHead view={view} openCopy={openCopy} />
      <div class="trace-bar">
        <Tabs
          label="Views of the trace"
          prefix="trace"
          selected={tab}
          onSelect={changeTab}
          tabs={[
            { id: 'waterfall', label: 'Waterfall' },
            { id: 'sql', label: 'SQL', count: detail.sql },
            { id: 'errors', label: 'Errors', count: detail.errors },
            { id: 'logs', label: 'Logs', count: detail.logs },
            { id: 'propagation', label: 'Propagation' },
            { id: 'raw', label: 'Raw' },
          ]}
        />
        {tab === 'waterfall' && (
          <div class="trace-bar-tools">
            <FindBar view={view} finder={finder} inputRef={findInput} onStep={step} />
            <ViewMenu view={view} commands={commands} />
          </div>
        )}
      </div>
      <div class={`trace-content ${span === undefined ? '' : 'has-drawer'}`}>
        <div
          class="trace-panel"
          id="trace-panel"
          role="tabpanel"
          aria-labelledby={`trace-tab-${tab}`}
        >
          <TabContent
            view={view}
            tab={tab}
            span={span}
            find={finder.text.value.trim()}
            onOpen={open}
            onSelectSpan={select}
          />
        </div>
        {span !== undefined && (
          <SpanDrawer
            view={view}
            spanId={span}
            tab={tab}
            onSelect={select}
            onClose={close}
            onShow={() => changeTab('waterfall')}
          />
        )}
      </div>
    </>
  );
}

function focusDrawer(): void {
  document.querySelector<HTMLElement>('.drawer .tab[aria-selected=true]')?.focus();
}
