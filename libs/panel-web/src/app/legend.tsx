import type { ComponentChildren, JSX } from 'preact';
import { Badge } from '../parts/badge.js';
import { DurationBar } from '../parts/duration-bar.js';
import { Icon, type IconName } from '../parts/icon.js';

const ENTRIES: readonly (readonly [IconName, string])[] = [
  ['http', 'HTTP request'],
  ['graphql', 'GraphQL'],
  ['rpc', 'Microservice message'],
  ['queue', 'Queue'],
  ['cron', 'Schedule'],
  ['websocket', 'WebSocket'],
  ['event', 'Event'],
  ['operation', 'Traced by hand'],
  ['lifecycle', 'Start or stop of the application'],
];

export function Legend(): JSX.Element {
  return (
    <>
      <section class="help-group">
        <h3>What starts a trace</h3>
        {ENTRIES.map(([icon, text]) => (
          <Line key={icon} sign={<Icon name={icon} />}>
            {text}
          </Line>
        ))}
      </section>
      <section class="help-group">
        <h3>Marks</h3>
        <Line sign={<Badge tone="n-plus-one">N+1</Badge>}>The same query, one by one</Line>
        <Line sign={<Badge tone="accent">fan-out</Badge>}>The same query, side by side</Line>
        <Line sign={<Badge tone="slow">×2.3</Badge>}>Times the median of its route</Line>
        <Line sign={<Badge>not exported</Badge>}>The sampler said no; kept here only</Line>
        <Line sign={<DurationBar share={1} open />}>In flight: it has not ended</Line>
      </section>
    </>
  );
}

interface LineProps {
  readonly sign: ComponentChildren;
  readonly children: ComponentChildren;
}

function Line({ sign, children }: LineProps): JSX.Element {
  return (
    <div class="help-line">
      <span>{children}</span>
      <span class="legend-sign">{sign}</span>
    </div>
  );
}
