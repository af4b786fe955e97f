import type { JSX, RefObject, TargetedKeyboardEvent } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { formatCount } from '../../../format/quantity.js';
import { Button, IconButton } from '../../../parts/button.js';
import { SearchField } from '../../../parts/search-field.js';
import type { TraceView } from '../model/trace-view.js';
import type { Finder } from './finder.js';

const TYPING_PAUSE_MS = 150;

interface FindBarProps {
  readonly view: TraceView;
  readonly finder: Finder;
  readonly inputRef: RefObject<HTMLInputElement | null>;
  readonly onStep: (direction: 1 | -1) => void;
}

export function FindBar({ view, finder, inputRef, onStep }: FindBarProps): JSX.Element {
  const text = finder.text.value;
  const scope = finder.scope.value;
  const detail = view.detail.value;
  const count = view.matchRows.value.length;
  const asked = useRef('');

  useEffect(() => {
    const controller = new AbortController();
    const question = `${text} ${scope}`;
    // A trace that has changed is searched again, but the cursor stays.
    const moves = question !== asked.current;
    const timer = setTimeout(() => {
      asked.current = question;
      void finder.search(controller.signal, moves);
    }, TYPING_PAUSE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [finder, text, scope, detail]);

  const onKeyDown = (event: TargetedKeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    onStep(event.shiftKey ? -1 : 1);
  };
  const isAsked = text.trim() !== '';
  const total = finder.total.value;
  const more = total > count ? `, ${formatCount(total)} in all` : '';
  return (
    <div class="find" role="search">
      <SearchField
        value={text}
        onInput={(value) => (value === '' ? finder.clear() : (finder.text.value = value))}
        label="Find in this trace: names, attributes, events"
        placeholder="Find in trace"
        hint="/"
        inputRef={inputRef}
        onKeyDown={onKeyDown}
      >
        {isAsked && (
          <span
            class={`find-count ${count === 0 ? 'is-none' : ''}`}
            title={`${count} found${more}`}
          >
            {finder.isSearching.value && count === 0
              ? '…'
              : `${formatCount(finder.current.value)}/${formatCount(count)}`}
          </span>
        )}
      </SearchField>
      {isAsked && (
        <>
          <IconButton
            icon="chevron-up"
            label="Previous match"
            shortcut="N"
            onClick={() => onStep(-1)}
            disabled={count === 0}
          />
          <IconButton
            icon="down"
            label="Next match"
            shortcut="n"
            onClick={() => onStep(1)}
            disabled={count === 0}
          />
          <Button
            kind="quiet"
            pressed={view.onlyMatches.value}
            title="Hide all but matches and what is above them"
            disabled={count === 0}
            onClick={() => (view.onlyMatches.value = !view.onlyMatches.peek())}
          >
            only matches
          </Button>
          <Button
            kind="quiet"
            pressed={scope !== undefined}
            title="Search only at the current span and below it"
            onClick={() => finder.toggleScope()}
          >
            subtree
          </Button>
        </>
      )}
    </div>
  );
}
