import type { JSX, TargetedKeyboardEvent } from 'preact';
import { useComputed, useSignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { lastList } from '../../app/last-list.js';
import { adjust, navigate, route } from '../../app/router.js';
import { useShortcuts } from '../../keyboard/use-shortcuts.js';
import { SearchField } from '../../parts/search-field.js';
import { meta } from '../../state/meta.js';
import { book, queryProblem } from '../../state/traces.js';
import { FilterSuggestions, LIST_ID, optionId } from './filter-suggestions.js';
import { ProblemMark } from './problem-mark.js';
import { accept, suggest, type Suggestion } from './suggestions.js';

/** The query of the list, on every screen; on another one, typing leads to the list. */
export function FilterField(): JSX.Element {
  const input = useRef<HTMLInputElement>(null);
  const isOpen = useSignal(false);
  const caret = useSignal(0);
  const active = useSignal(-1);
  const moveCaretTo = useRef<number | undefined>(undefined);
  const query = lastList.value.query;
  const suggestions = useComputed(() => suggest(lastList.value.query, caret.value, seen()));
  const { options } = suggestions.value;
  const problem = isUnfinished(query, isOpen.value) ? undefined : queryProblem.value;

  useShortcuts([
    { keys: ['/'], label: 'Filter', group: 'Traces', run: () => input.current?.focus() },
  ]);
  useLayoutEffect(() => {
    if (moveCaretTo.current === undefined) return;
    input.current?.setSelectionRange(moveCaretTo.current, moveCaretTo.current);
    moveCaretTo.current = undefined;
  });

  const onInput = (text: string) => {
    caret.value = input.current?.selectionStart ?? text.length;
    active.value = -1;
    isOpen.value = true;
    setQuery(text);
  };
  const onAccept = (option: Suggestion) => {
    const next = accept(query, suggestions.value, option);
    caret.value = next.caret;
    moveCaretTo.current = next.caret;
    active.value = -1;
    setQuery(next.query);
  };
  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    const isListed = isOpen.value && options.length > 0;
    const chosen = options[active.value];
    if (event.key === 'ArrowDown' && isListed) {
      active.value = Math.min(active.value + 1, options.length - 1);
    } else if (event.key === 'ArrowUp' && isListed) {
      active.value = Math.max(active.value - 1, -1);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && isListed && chosen) {
      onAccept(chosen);
    } else if (event.key === 'Enter') {
      isOpen.value = false;
      input.current?.blur();
    } else if (event.key === 'Escape' && isListed) {
      isOpen.value = false;
    } else {
      return;
    }
    event.preventDefault();
  };
  const isShown = isOpen.value && options.length > 0;
  return (
    <div class="filter">
      <SearchField
        value={query}
        onInput={onInput}
        onKeyDown={onKeyDown}
        onFocus={() => {
          caret.value = input.current?.selectionStart ?? 0;
          isOpen.value = true;
        }}
        onBlur={() => (isOpen.value = false)}
        label="Filter the traces"
        placeholder="Filter: status:>=500 dur:>100ms has:error"
        hint="/"
        inputRef={input}
        invalid={problem !== undefined}
        aria={{
          role: 'combobox',
          'aria-autocomplete': 'list',
          'aria-expanded': isShown,
          'aria-controls': LIST_ID,
          'aria-activedescendant': active.value >= 0 ? optionId(active.value) : undefined,
          'aria-describedby': problem === undefined ? undefined : 'filter-problem',
        }}
      >
        {problem !== undefined && <ProblemMark input={input} query={query} problem={problem} />}
      </SearchField>
      {isShown && <FilterSuggestions options={options} active={active.value} onAccept={onAccept} />}
      {problem !== undefined && !isShown && (
        <p class="filter-problem" id="filter-problem" role="status">
          {problem.message}
        </p>
      )}
    </div>
  );
}

/** Whoever has just typed `status:` need not be told that it needs a value. */
function isUnfinished(query: string, isTyping: boolean): boolean {
  return isTyping && /[:.=<>]$/.test(query);
}

function setQuery(query: string): void {
  const target = { ...lastList.peek(), query };
  if (route.peek().screen === 'traces') adjust(target);
  else navigate(target);
}

function seen() {
  const summaries = book.value.shown.map(({ summary }) => summary);
  return {
    attributeKeys: meta.value?.attributeKeys ?? [],
    routes: [...new Set(summaries.flatMap(({ route: path }) => path ?? []))],
    services: [...new Set(summaries.flatMap(({ services }) => services))],
  };
}
