import type { JSX } from 'preact';
import type { SamplingStatus } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatCount, plural } from '../../format/quantity.js';
import { Text } from '../../parts/text.js';
import './sampling.css';

/** What the rules of sampling have decided, and what was kept of what they left out. */
export function SamplingView({ sampling }: { readonly sampling: SamplingStatus }): JSX.Element {
  const { rules, keeping } = sampling;
  return (
    <>
      {rules.length > 0 && (
        <table class="sampling-rules">
          <thead>
            <tr>
              <th scope="col">Rule</th>
              <th scope="col">Asked</th>
              <th scope="col">Sampled</th>
              <th scope="col">Of</th>
            </tr>
          </thead>
          <tbody>
            {rules.map((rule, index) => (
              <tr key={index}>
                <td>
                  <Text value={rule.match} line class="mono" />
                </td>
                <td>{percent(rule.ratio)}</td>
                <td>{rule.decided === 0 ? '–' : percent(rule.sampled / rule.decided)}</td>
                <td>{formatCount(rule.decided)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {keeping && <p class="soft export-text">{keptLine(keeping)}</p>}
    </>
  );
}

/** In words, what became of the traces that were not sampled. */
export function keptLine(keeping: NonNullable<SamplingStatus['keeping']>): string {
  const { kept, keptSpans, discarded, overflowedTraces, overflowedSpans, waiting } = keeping;
  const total = kept.error + kept.slow + kept.custom;
  if (total + discarded + waiting === 0) return 'No trace was left out by the sampler so far.';
  const reasons = [
    kept.error > 0 && `${formatCount(kept.error)} for an error`,
    kept.slow > 0 && `${formatCount(kept.slow)} for being slow`,
    kept.custom > 0 && `${formatCount(kept.custom)} for sampling.keep.when`,
  ].filter((reason) => reason !== false);
  const sentences = [
    total === 0
      ? 'Of the traces the sampler left out, none was kept.'
      : `Of the traces the sampler left out, ${plural(total, 'was', 'were')} kept, ${plural(keptSpans, 'span')} in all: ${reasons.join(', ')}.`,
    `${formatCount(discarded)} ended well and ${discarded === 1 ? 'was' : 'were'} let go.`,
    waiting > 0 && `${plural(waiting, 'span waits', 'spans wait')} for the end of a trace.`,
    overflowedTraces + overflowedSpans > 0 &&
      `There was no room for ${plural(overflowedTraces, 'trace')} and ${plural(overflowedSpans, 'span')}.`,
  ];
  return sentences.filter((sentence) => sentence !== false).join(' ');
}

function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
