import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { RepeatedStatement } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { hrefOf } from '../../app/router.js';
import { plural } from '../../format/quantity.js';
import { Button } from '../../parts/button.js';
import { Text } from '../../parts/text.js';
import { Section } from '../../page/page.js';
import { groupRepeats } from './group-repeats.js';
import { RepeatCard } from './repeat-card.js';

const FIRST = 3;

export function RepeatList({
  repeats,
}: {
  readonly repeats: readonly RepeatedStatement[];
}): JSX.Element {
  const [all, setAll] = useState(false);
  const groups = groupRepeats(repeats);
  return (
    <Section title="Repeated queries" note="The same statement many times below one method">
      <ul class="repeats">
        {groups.slice(0, all ? groups.length : FIRST).map(({ key, worst, traces }) => (
          <RepeatCard
            key={key}
            repeat={worst}
            where={
              <span class="soft clip">
                <Text value={worst.traceName} line />
                {traces > 1 && <span class="faint"> and {plural(traces - 1, 'more trace')}</span>}
              </span>
            }
            source={(spanId, children) => <a href={spanHref(worst.traceId, spanId)}>{children}</a>}
            actions={
              <a class="button button-quiet" href={spanHref(worst.traceId, worst.spanIds[0])}>
                Show spans
              </a>
            }
          />
        ))}
      </ul>
      {groups.length > FIRST && (
        <Button kind="quiet" onClick={() => setAll(!all)}>
          {all ? 'Show fewer' : `Show all ${groups.length}`}
        </Button>
      )}
    </Section>
  );
}

export function spanHref(traceId: string, span: string | undefined): string {
  return hrefOf({
    screen: 'trace',
    traceId,
    tab: 'waterfall',
    ...(span === undefined ? undefined : { span }),
  });
}
