import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../load/ask.js';
import { form } from '../harness/form.js';
import type { SignalStage } from '../harness/signal-stage.js';

/** A signal at one moment of the life of a process. */
export interface SignalStory {
  readonly name: string;
  readonly signal: NodeJS.Signals;
  /** Ends when the signal was sent, and with it everything the story does. */
  act(stage: SignalStage): Promise<void>;
  /** All spans have to be with the backend in the end. */
  readonly delivers: boolean;
}

const PATIENT = { method: 'GET', path: '/patient/1' } as const;
const WORK = { method: 'GET', path: '/work/1' } as const;

async function work({ app }: SignalStage, requests = 20): Promise<void> {
  for (let count = 0; count < requests; count++) await ask(app.url, WORK, false);
}

/** Sends the signal while a request is under way, which is answered all the same. */
async function signalDuringRequest(stage: SignalStage, signal: NodeJS.Signals): Promise<void> {
  const answer = ask(stage.app.url, PATIENT, false);
  await sleep(50);
  stage.app.kill(signal);
  const { status, body } = await answer;
  if (status !== 200 || body !== '1') throw new Error(`answered ${status} ${body}`);
}

const afterStart = (milliseconds: number): SignalStory => ({
  name: `SIGTERM ${milliseconds} ms after the start`,
  signal: 'SIGTERM',
  delivers: false,
  act: async ({ app }) => {
    await app.waitForEvent('starting', form.recoveryMs);
    await sleep(milliseconds);
    app.kill('SIGTERM');
  },
});

const STARTS = form.name === 'short' ? [0, 60, 200] : [0, 10, 20, 40, 60, 80, 120, 160, 240, 400];

export const SIGNAL_STORIES: readonly SignalStory[] = [
  ...STARTS.map(afterStart),
  {
    name: 'SIGTERM when it listens',
    signal: 'SIGTERM',
    delivers: true,
    act: async ({ app }) => {
      await app.listening();
      app.kill('SIGTERM');
    },
  },
  ...(['SIGTERM', 'SIGINT'] as const).map((signal): SignalStory => ({
    name: `${signal} during the first request`,
    signal,
    delivers: true,
    act: async (stage) => {
      await stage.app.listening();
      await signalDuringRequest(stage, signal);
    },
  })),
  {
    name: 'SIGTERM, and again while it closes',
    signal: 'SIGTERM',
    delivers: true,
    act: async (stage) => {
      await stage.app.listening();
      await work(stage);
      await stage.collector.turn('tardy');
      stage.app.kill('SIGTERM');
      await sleep(50);
      stage.app.kill('SIGTERM');
      await sleep(200);
      stage.app.kill('SIGTERM');
    },
  },
  {
    name: 'SIGTERM while a batch is under way',
    signal: 'SIGTERM',
    delivers: true,
    act: async (stage) => {
      await stage.app.listening();
      await stage.collector.turn('tardy');
      await work(stage);
      await sleep(200);
      await work(stage);
      stage.app.kill('SIGTERM');
    },
  },
  {
    name: 'SIGTERM while nobody listens',
    signal: 'SIGTERM',
    delivers: false,
    act: async (stage) => {
      await stage.app.listening();
      await stage.collector.turn('refusing');
      await work(stage);
      await stage.app.until(() => stage.app.said().length > 0, 'a line', form.recoveryMs);
      await signalDuringRequest(stage, 'SIGTERM');
    },
  },
  {
    name: 'SIGTERM while the backend hangs',
    signal: 'SIGTERM',
    delivers: false,
    act: async (stage) => {
      await stage.app.listening();
      await stage.collector.turn('hanging');
      await work(stage);
      await sleep(300);
      await signalDuringRequest(stage, 'SIGTERM');
    },
  },
  {
    name: 'SIGINT just after the backend was killed',
    signal: 'SIGINT',
    delivers: false,
    act: async (stage) => {
      await stage.app.listening();
      await work(stage);
      await stage.collector.kill();
      await work(stage);
      stage.app.kill('SIGINT');
    },
  },
  {
    name: 'SIGTERM, and the backend is killed while the spans are on their way',
    signal: 'SIGTERM',
    delivers: false,
    act: async (stage) => {
      await stage.app.listening();
      await stage.collector.turn('tardy');
      await work(stage);
      stage.app.kill('SIGTERM');
      await sleep(100);
      await stage.collector.kill();
    },
  },
];
