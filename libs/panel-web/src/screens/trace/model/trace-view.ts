import { batch, computed, signal, type ReadonlySignal, type Signal } from '@preact/signals';
import {
  SPAN_FLAG,
  type TraceDetail,
} from '../../../../../nestrace/src/sinks/panel/contract/index.js';
import { now } from '../../../state/now.js';
import { preferences } from '../../../state/preferences.js';
import { foldEntry, isFold, rowOfEntry, type Entry } from './entry.js';
import { isExpanded, reveal, setExpanded, type Tree } from './expansion.js';
import { findFolds } from './folds.js';
import { indexTrace } from './trace-index.js';
import { whole, type TimeWindow } from './time-window.js';
import { lineOf } from './tree-keys.js';
import { ALL_OPEN, visibleRows, withAncestors, type Expansion } from './visible-rows.js';

/** A line by the id of its span: rows get other numbers when the trace is read anew. */
interface Cursor {
  readonly id: string;
  readonly isFold: boolean;
}

/** A trace as it is looked at: what is open, where the cursor is, which time is shown. */
export class TraceView {
  readonly detail: Signal<TraceDetail>;
  /** The clock of this browser when the detail came: what is open grows from there. */
  readonly receivedAt = signal(Date.now());
  readonly expansion = signal<Expansion>(ALL_OPEN);
  /** Undefined shows the whole trace. */
  readonly zoom = signal<TimeWindow | undefined>(undefined);
  readonly cursor = signal<Cursor | undefined>(undefined);
  /** Counts what the user did with the cursor: each time it is scrolled to, be it where it was. */
  readonly moves = signal(0);
  /** Spans that were searched for, by their ids. */
  readonly matches = signal<readonly string[]>([]);
  readonly onlyMatches = signal(false);
  /** The next line that gets the cursor takes the focus of the keyboard along. */
  grabsFocus = false;

  readonly index = computed(() => indexTrace(this.detail.value));
  readonly tree: ReadonlySignal<Tree> = computed(() => {
    const { spans } = this.detail.value;
    const index = this.index.value;
    return { ids: spans.id, index, folds: findFolds(spans, index, preferences.value.groupFrom) };
  });
  readonly matchRows = computed(() => {
    const { rowOf } = this.index.value;
    return this.matches.value.flatMap((id) => rowOf.get(id) ?? []).toSorted((a, b) => a - b);
  });
  readonly matchSet = computed(() => new Set(this.matchRows.value));
  readonly visible = computed(() => {
    const rows = this.onlyMatches.value ? this.matchRows.value : [];
    const only = rows.length === 0 ? undefined : withAncestors(rows, this.index.value);
    return visibleRows({ ...this.tree.value, expansion: this.expansion.value, only });
  });
  readonly cursorLine = computed(() => {
    const cursor = this.cursor.value;
    if (cursor === undefined) return 0;
    const row = this.index.value.rowOf.get(cursor.id) ?? 0;
    return lineOf(cursor.isFold ? foldEntry(row) : row, this.tree.value, this.visible.value);
  });
  /** Microseconds since the detail came; nothing grows where nothing is open. */
  readonly elapsed = computed(() =>
    this.index.value.openRows.length === 0
      ? 0
      : Math.max(0, now.value - this.receivedAt.value) * 1000,
  );
  readonly duration = computed(() => {
    const open = this.index.value.openRows.map((row) => this.endOf(row));
    return Math.max(1, this.detail.value.duration, ...open.slice(0, MOST_OPEN));
  });
  readonly window = computed(() => this.zoom.value ?? whole(this.duration.value));

  constructor(detail: TraceDetail) {
    this.detail = signal(detail);
  }

  take(detail: TraceDetail): void {
    batch(() => {
      this.detail.value = detail;
      this.receivedAt.value = Date.now();
    });
  }

  isOpen(row: number): boolean {
    return ((this.detail.value.spans.flags[row] ?? 0) & SPAN_FLAG.open) !== 0;
  }

  durationOf(row: number): number {
    const known = this.detail.value.spans.duration[row] ?? 0;
    return this.isOpen(row) ? known + this.elapsed.value : known;
  }

  endOf(row: number): number {
    return (this.detail.value.spans.start[row] ?? 0) + this.durationOf(row);
  }

  /** The line the cursor is on. */
  get cursorEntry(): Entry {
    return this.visible.peek().entries[this.cursorLine.peek()] ?? 0;
  }

  moveTo(entry: Entry): void {
    const id = this.detail.peek().spans.id[rowOfEntry(entry)];
    if (id === undefined) return;
    batch(() => {
      this.cursor.value = { id, isFold: isFold(entry) };
      this.moves.value += 1;
    });
  }

  /** Puts the cursor on a span, and opens what hides it. False when it is not in the trace. */
  show(spanId: string): boolean {
    const row = this.index.peek().rowOf.get(spanId);
    if (row === undefined) return false;
    batch(() => {
      this.expansion.value = reveal(this.tree.peek(), this.expansion.peek(), row);
      if (this.onlyMatches.peek() && !this.visible.value.entries.includes(row)) {
        this.onlyMatches.value = false;
      }
      this.moveTo(row);
    });
    return true;
  }

  toggle(entry: Entry): void {
    const tree = this.tree.peek();
    const expansion = this.expansion.peek();
    const expanded = isExpanded(tree, expansion, entry);
    this.expansion.value = setExpanded(tree, expansion, [entry], !expanded);
  }
}

/** Enough to know when the last open one ends: all of them end now. */
const MOST_OPEN = 1000;
