import type { JSX, RefObject } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { QueryProblem } from '../../../../nestrace/src/sinks/panel/contract/index.js';

interface Props {
  readonly input: RefObject<HTMLInputElement | null>;
  readonly query: string;
  readonly problem: QueryProblem;
}

/** A wavy line under the part that cannot be read: the same text, unseen, behind the field. */
export function ProblemMark({ input, query, problem }: Props): JSX.Element {
  const mirror = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const field = input.current;
    if (field === null) return undefined;
    const follow = () => {
      if (mirror.current !== null) mirror.current.scrollLeft = field.scrollLeft;
    };
    follow();
    field.addEventListener('scroll', follow);
    return () => field.removeEventListener('scroll', follow);
  });
  const { from } = problem;
  const to = Math.max(problem.to, from + 1);
  return (
    <div class="filter-mirror" ref={mirror} aria-hidden="true">
      {query.slice(0, from)}
      <span class="filter-wrong">{query.slice(from, to) || ' '}</span>
      {query.slice(to)}
    </div>
  );
}
