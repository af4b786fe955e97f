import type { JSX } from 'preact';
import type { ErrorGroup } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { Badge, type Tone } from '../../parts/badge.js';

const MEANINGS: Readonly<Record<ErrorGroup['handling'], readonly [Tone, string]>> = {
  unhandled: ['error', 'Nobody caught it: the request failed with it'],
  answered: ['warn', 'A filter turned it into a response below 500'],
  handled: ['ok', 'It was caught inside, and the work went on'],
};

export function HandlingBadge(props: { readonly handling: ErrorGroup['handling'] }): JSX.Element {
  const [tone, title] = MEANINGS[props.handling];
  return (
    <Badge tone={tone} title={title}>
      {props.handling}
    </Badge>
  );
}
