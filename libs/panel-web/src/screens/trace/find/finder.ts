import { batch, computed, signal } from '@preact/signals';
import { api } from '../../../api/endpoints.js';
import { announce } from '../../../state/announce.js';
import { isFold, rowOfEntry } from '../model/entry.js';
import { matchFrom, nextMatch } from '../model/find.js';
import { isWithin } from '../model/trace-index.js';
import type { TraceView } from '../model/trace-view.js';

/** Looks for a text in a trace: the server does, since it has all attributes and events. */
export class Finder {
  readonly text = signal('');
  /** Only at this span and below it. */
  readonly scope = signal<string | undefined>(undefined);
  /** How many there are, where not all of them were sent. */
  readonly total = signal(0);
  readonly isSearching = signal(false);

  /** Which of the matches the cursor is on, from 1 on; 0 for none. */
  readonly current = computed(() => {
    const entry = this.view.visible.value.entries[this.view.cursorLine.value];
    if (entry === undefined || isFold(entry)) return 0;
    return this.view.matchRows.value.indexOf(entry) + 1;
  });

  constructor(private readonly view: TraceView) {}

  /** Asks the server. `moves`: the cursor goes to the first match. */
  async search(signalOfAbort: AbortSignal, moves: boolean): Promise<void> {
    const text = this.text.peek().trim();
    if (text === '') {
      this.show([], 0);
      return;
    }
    this.isSearching.value = true;
    const detail = this.view.detail.peek();
    const result = await api.search(detail.summary.id, text, signalOfAbort);
    if (signalOfAbort.aborted) return;
    this.isSearching.value = false;
    if (!result.ok) return;
    const top = this.view.index.peek().rowOf.get(this.scope.peek() ?? '');
    const index = this.view.index.peek();
    const rows = result.value.rows.filter((row) => top === undefined || isWithin(index, row, top));
    const ids = rows.flatMap((row) => detail.spans.id[row] ?? []);
    this.show(ids, top === undefined ? result.value.total : rows.length);
    if (!moves) return;
    announce(`${rows.length} found`);
    this.goTo(matchFrom(this.view.matchRows.peek(), rowOfEntry(this.view.cursorEntry)));
  }

  /** False when there is nothing to go to. */
  step(direction: 1 | -1): boolean {
    const rows = this.view.matchRows.peek();
    return this.goTo(nextMatch(rows, rowOfEntry(this.view.cursorEntry), direction));
  }

  clear(): void {
    batch(() => {
      this.text.value = '';
      this.scope.value = undefined;
      this.isSearching.value = false;
      this.show([], 0);
    });
  }

  toggleScope(): void {
    const id = this.view.detail.peek().spans.id[rowOfEntry(this.view.cursorEntry)];
    this.scope.value = this.scope.peek() === undefined ? id : undefined;
  }

  private show(ids: readonly string[], total: number): void {
    batch(() => {
      this.view.matches.value = ids;
      this.total.value = total;
      if (ids.length === 0) this.view.onlyMatches.value = false;
    });
  }

  private goTo(row: number): boolean {
    const id = this.view.detail.peek().spans.id[row];
    return id !== undefined && this.view.show(id);
  }
}
