import type { JSX } from 'preact';
import type { ExporterStatus } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { formatDuration } from '../../format/duration.js';
import { formatAgo } from '../../format/time.js';
import { formatCount } from '../../format/quantity.js';
import { Facts } from '../../page/page.js';
import { Badge, type Tone } from '../../parts/badge.js';
import { Text } from '../../parts/text.js';
import { Time } from '../../parts/time.js';
import { now } from '../../state/now.js';
import { failureText } from './failure-text.js';
import { LeftAlone } from './left-alone.js';
import { SendTest, TestAnswer, useTestExport } from './send-test.js';
import { Sparkline } from './sparkline.js';

const TONES: Readonly<Record<ExporterStatus['state'], Tone>> = {
  ok: 'ok',
  failing: 'error',
  idle: 'neutral',
};

/** One exporter: whether it works, and if not, why and what to do. */
export function ExporterCard({ exporter }: { readonly exporter: ExporterStatus }): JSX.Element {
  const test = useTestExport(exporter.index);
  const { batches, dropped, lastError, lastOkAt } = exporter;
  const lost = dropped.queueFull + dropped.shutdown;
  return (
    <li class={`exporter is-${exporter.state}`}>
      <div class="exporter-head">
        <Badge tone={TONES[exporter.state]}>{stateText(exporter)}</Badge>
        <h3 class="exporter-label clip">
          <Text value={exporter.label} line class="mono" />
        </h3>
        <SendTest run={test} />
      </div>
      {exporter.breaker !== undefined && <LeftAlone breaker={exporter.breaker} />}
      {lastError !== undefined && (
        <div class={`exporter-error ${exporter.state === 'failing' ? '' : 'is-past'}`}>
          <p>
            <Text value={lastError.message} class="mono" />{' '}
            <span class="soft">
              {formatCount(lastError.count)}×, last <Time ms={lastError.at} ago />
            </span>
          </p>
          {lastError.hint !== undefined && (
            <p class="exporter-hint">
              <Text value={lastError.hint} />
            </p>
          )}
        </div>
      )}
      <div class="exporter-body">
        <Facts
          entries={[
            ['Exported', formatCount(exporter.exported)],
            ['Failed', <Lost count={exporter.failed} why={failureText(exporter)} />],
            ['Dropped', <Lost count={lost} why={droppedText(dropped)} />],
            ['Batches', <Batches batches={batches} />],
            [
              'Spans per batch',
              exporter.avgSpans === undefined ? undefined : formatCount(exporter.avgSpans),
            ],
            ['Avg', exporter.avgMs === undefined ? undefined : formatDuration(exporter.avgMs)],
            [
              'Last took',
              exporter.lastMs === undefined ? undefined : formatDuration(exporter.lastMs),
            ],
            [
              'Last success',
              lastOkAt === undefined ? (
                <span class="faint">never</span>
              ) : (
                <Time ms={lastOkAt} ago />
              ),
            ],
            ['Queue', exporter.queue && <Queue queue={exporter.queue} />],
          ]}
        />
        <Sparkline recent={exporter.recent} />
      </div>
      {test.result !== undefined && <TestAnswer result={test.result} />}
    </li>
  );
}

function stateText({ state, failingSince }: ExporterStatus): string {
  switch (state) {
    case 'ok':
      return 'works';
    case 'failing':
      // What has begun just now lasts no time yet.
      return failingSince === undefined || now.value - failingSince < 1000
        ? 'failing'
        : `failing for ${formatAgo(failingSince, now.value)}`;
    case 'idle':
      return 'nothing sent yet';
    default:
      return state satisfies never;
  }
}

interface LostProps {
  readonly count: number;
  readonly why: string;
}

function Lost({ count, why }: LostProps): JSX.Element {
  return (
    <span class={count > 0 ? 'is-lost' : 'faint'}>
      {formatCount(count)}
      {why !== '' && <span class="soft"> {why}</span>}
    </span>
  );
}

function droppedText({ queueFull, shutdown }: ExporterStatus['dropped']): string {
  if (queueFull > 0 && shutdown > 0) return 'queue full, and at shutdown';
  return queueFull > 0 ? 'queue full' : shutdown > 0 ? 'at shutdown' : '';
}

function Batches({ batches }: Pick<ExporterStatus, 'batches'>): JSX.Element {
  return (
    <>
      {formatCount(batches.ok)}
      {batches.failed > 0 && <span class="is-lost">, {formatCount(batches.failed)} failed</span>}
    </>
  );
}

function Queue({ queue }: { readonly queue: NonNullable<ExporterStatus['queue']> }): JSX.Element {
  return (
    <span class="queue">
      <Meter value={queue.length} max={queue.capacity} label="Queue" />
      {formatCount(queue.length)} <span class="faint">of {formatCount(queue.capacity)}</span>
    </span>
  );
}

interface MeterProps {
  readonly value: number;
  readonly max: number;
  readonly label: string;
}

/** How full something is; it changes its colour before it overflows. */
export function Meter({ value, max, label }: MeterProps): JSX.Element {
  const share = Math.min(1, value / Math.max(max, 1));
  const tone = share > 0.9 ? 'is-full' : share > 0.6 ? 'is-filling' : '';
  return (
    <span
      class={`meter ${tone}`}
      role="meter"
      aria-label={label}
      aria-valuenow={value}
      aria-valuemin={0}
      aria-valuemax={max}
    >
      <span class="meter-fill" style={{ width: `${(share * 100).toFixed(1)}%` }} />
    </span>
  );
}
