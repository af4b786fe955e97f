import type { ComponentChildren, JSX, TargetedKeyboardEvent } from 'preact';

export interface Tab<T extends string> {
  readonly id: T;
  readonly label: ComponentChildren;
  /** Shown behind the label, unless it is 0. */
  readonly count?: number;
}

interface TabsProps<T extends string> {
  readonly label: string;
  readonly tabs: readonly Tab<T>[];
  readonly selected: T;
  readonly onSelect: (id: T) => void;
  /** The panel has the id `<prefix>-panel` and `aria-labelledby` `<prefix>-tab-<id>`. */
  readonly prefix: string;
}

/** A tab list: arrows, Home and End move, and moving selects. */
export function Tabs<T extends string>(props: TabsProps<T>): JSX.Element {
  const { label, tabs, selected, onSelect, prefix } = props;
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLElement>) => {
    const target = targetOf(
      event.key,
      tabs.findIndex(({ id }) => id === selected),
      tabs.length,
    );
    const tab = target === undefined ? undefined : tabs[target];
    if (tab === undefined) return;
    event.preventDefault();
    onSelect(tab.id);
    event.currentTarget.querySelector<HTMLElement>(`#${prefix}-tab-${tab.id}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label={label} onKeyDown={onKeyDown}>
      {tabs.map((tab) => (
        <button
          key={tab.id}
          type="button"
          class="tab"
          role="tab"
          id={`${prefix}-tab-${tab.id}`}
          aria-selected={tab.id === selected}
          aria-controls={`${prefix}-panel`}
          tabIndex={tab.id === selected ? 0 : -1}
          onClick={() => onSelect(tab.id)}
        >
          {tab.label}
          {tab.count ? <span class="tab-count">{tab.count}</span> : null}
        </button>
      ))}
    </div>
  );
}

function targetOf(key: string, current: number, length: number): number | undefined {
  switch (key) {
    case 'ArrowRight':
      return (current + 1) % length;
    case 'ArrowLeft':
      return (current - 1 + length) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return undefined;
  }
}
