import { exporterFor } from '../harness/endpoints.js';
import { form } from '../harness/form.js';
import type { Stage } from '../harness/stage.js';
import type { Story } from '../harness/story.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const STALL_MS = 300;
const STALLS = 4;

/** Nothing is wrong with the backend. */
const quiet = {
  doors: [{ name: 'collector', protocol: 'http/protobuf' }] as const,
  endsWell: true,
  failing: 0,
  recovering: 0,
  waitMs: form.exporterTimeoutMs,
} satisfies Partial<Story>;

const jump = (name: string, milliseconds: number, isGone: boolean): Story => ({
  ...quiet,
  name: `the clock jumps ${name}${isGone ? ', and the backend is gone for a while' : ''}`,
  canSetClock: true,
  failing: isGone ? 1 : 0,
  recovering: isGone ? 1 : 0,
  losesAnswers: isGone,
  act: async (stage: Stage) => {
    if (isGone) await stage.collector.turn('refusing');
    await stage.trouble(form.troubleMs / 2);
    await stage.app.ask({ ask: 'shift clock', milliseconds });
    await stage.trouble(form.troubleMs / 2);
    if (isGone) await stage.collector.turn('well');
    await stage.recovered();
  },
});

const JUMPS: readonly Story[] = [
  jump('an hour back', -HOUR_MS, true),
  jump('a day ahead', DAY_MS, true),
  ...(form.name === 'short'
    ? []
    : [
        jump('an hour ahead', HOUR_MS, true),
        jump('a day back', -DAY_MS, true),
        jump('an hour back', -HOUR_MS, false),
        jump('a day ahead', DAY_MS, false),
      ]),
];

/** What happens inside the application. */
export const APPLICATION_STORIES: readonly Story[] = [
  {
    ...quiet,
    name: 'nothing at all',
    act: (stage) => stage.trouble(),
  },
  ...JUMPS,
  {
    ...quiet,
    name: 'the event loop stalls',
    blocks: true,
    // A stall is what requests wait for here, and all of them at once in the worst case.
    waitMs: form.exporterTimeoutMs + STALLS * STALL_MS,
    act: async (stage) => {
      for (let stall = 0; stall < STALLS; stall++) {
        await stage.trouble(form.troubleMs / STALLS);
        await stage.app.ask({ ask: 'block', milliseconds: STALL_MS });
      }
    },
  },
  {
    ...quiet,
    name: 'a queue far too small',
    app: {
      options: {
        ...form.options,
        batch: { maxQueueSize: 10, maxExportBatchSize: 5, scheduledDelayMs: 1000 },
      },
    },
    act: async (stage) => {
      await stage.collector.turn('sluggish');
      await stage.trouble();
      await stage.collector.turn('well');
      await stage.recovered();
    },
    losesAnswers: true,
  },
  {
    ...quiet,
    name: 'a processor of the application throws',
    app: { throwingProcessor: true },
    act: (stage) => stage.trouble(),
  },
  {
    ...quiet,
    name: 'spans one by one, the backend hangs',
    app: { options: { processor: 'simple' } },
    failing: 1,
    losesAnswers: true,
    endsWell: false,
    act: async (stage) => {
      await stage.collector.turn('hanging');
      await stage.trouble();
    },
  },
  {
    ...quiet,
    name: 'four exporters, one of them dead',
    doors: [
      { name: 'well', protocol: 'grpc' },
      { name: 'well too', protocol: 'http/protobuf' },
      { name: 'well as well', protocol: 'zipkin' },
      { name: 'dead', protocol: 'http/json' },
    ],
    endsWell: false,
    failing: 1,
    act: async (stage) => {
      await stage.collector.turn('refusing', 'dead');
      await stage.trouble();
    },
  },
  {
    ...quiet,
    name: 'four exporters, each in another trouble',
    doors: [
      { name: 'hanging', protocol: 'grpc' },
      { name: 'unavailable', protocol: 'http/protobuf' },
      { name: 'refusing', protocol: 'zipkin' },
      { name: 'cut', protocol: 'http/json' },
    ],
    failing: 4,
    recovering: 4,
    losesAnswers: true,
    act: async (stage) => {
      await stage.collector.turn('hanging', 'hanging');
      await stage.collector.turn('unavailable', 'unavailable');
      await stage.collector.turn('refusing', 'refusing');
      await stage.collector.turn('resetMidAnswer', 'cut');
      await stage.trouble();
      await stage.collector.turn('well');
      await stage.recovered();
    },
  },
  {
    ...quiet,
    name: 'an exporter of its own that is dead, beside one that is well',
    exporters: (port) => [
      exporterFor('http/protobuf', port('collector')),
      { bad: 'throws', lateMs: 0 },
    ],
    failing: 1,
    act: (stage) => stage.trouble(),
  },
];
