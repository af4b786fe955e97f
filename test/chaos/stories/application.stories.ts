import { exporterFor } from '../harness/endpoints.js';
import { form } from '../harness/form.js';
import type { Scene } from '../harness/scene.js';
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
  act: async (scene: Scene) => {
    if (isGone) await scene.collector.turn('refusing');
    await scene.trouble(form.troubleMs / 2);
    await scene.app.ask({ ask: 'shift clock', milliseconds });
    await scene.trouble(form.troubleMs / 2);
    if (isGone) await scene.collector.turn('well');
    await scene.recovered();
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
    act: (scene) => scene.trouble(),
  },
  ...JUMPS,
  {
    ...quiet,
    name: 'the event loop stalls',
    blocks: true,
    // A stall is what requests wait for here, and all of them at once in the worst case.
    waitMs: form.exporterTimeoutMs + STALLS * STALL_MS,
    act: async (scene) => {
      for (let stall = 0; stall < STALLS; stall++) {
        await scene.trouble(form.troubleMs / STALLS);
        await scene.app.ask({ ask: 'block', milliseconds: STALL_MS });
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
    act: async (scene) => {
      await scene.collector.turn('sluggish');
      await scene.trouble();
      await scene.collector.turn('well');
      await scene.recovered();
    },
    losesAnswers: true,
  },
  {
    ...quiet,
    name: 'a processor of the application throws',
    app: { throwingProcessor: true },
    act: (scene) => scene.trouble(),
  },
  {
    ...quiet,
    name: 'spans one by one, the backend hangs',
    app: { options: { processor: 'simple' } },
    failing: 1,
    losesAnswers: true,
    endsWell: false,
    act: async (scene) => {
      await scene.collector.turn('hanging');
      await scene.trouble();
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
    act: async (scene) => {
      await scene.collector.turn('refusing', 'dead');
      await scene.trouble();
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
    act: async (scene) => {
      await scene.collector.turn('hanging', 'hanging');
      await scene.collector.turn('unavailable', 'unavailable');
      await scene.collector.turn('refusing', 'refusing');
      await scene.collector.turn('resetMidAnswer', 'cut');
      await scene.trouble();
      await scene.collector.turn('well');
      await scene.recovered();
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
    act: (scene) => scene.trouble(),
  },
];
