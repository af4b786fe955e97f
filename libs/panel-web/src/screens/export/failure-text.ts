import type {
  ExporterStatus,
  FailureWord,
} from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatCount } from '../../format/quantity.js';

const WORDS: Readonly<Record<FailureWord, string>> = {
  unreachable: 'not reachable',
  timeout: 'no answer in time',
  unavailable: 'not ready',
  refused: 'refused',
  too_large: 'too large',
  rejected: 'rejected',
  shutdown: 'cut off at shutdown',
  other: 'other reasons',
};

/** Why spans were lost, the most frequent reason first; its number only where there are several. */
export function failureText({ failedBy = {} }: Pick<ExporterStatus, 'failedBy'>): string {
  const reasons = (Object.keys(WORDS) as FailureWord[])
    .map((word) => ({ word, spans: failedBy[word] ?? 0 }))
    .filter(({ spans }) => spans > 0)
    .toSorted((a, b) => b.spans - a.spans);
  return reasons
    .map(({ word, spans }) =>
      reasons.length === 1 ? WORDS[word] : `${formatCount(spans)} ${WORDS[word]}`,
    )
    .join(', ');
}
