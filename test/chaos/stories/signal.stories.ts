import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from '../load/ask.js';
import { form } from '../harness/form.js';
import type { SignalScene } from '../harness/scene.js';
import type { SignalStory } from '../harness/signal-story.js';

const PATIENT = { method: 'GET', path: '/patient/1' } as const;
const WORK = { method: 'GET', path: '/work/1' } as const;

async function work({ app }: SignalScene, requests = 20): Promise<void> {
  for (let count = 0; count < requests; count++) await ask(app.url, WORK, false);
}

/** Sends the signal while a request is under way, which is answered all the same. */
async function signalDuringRequest(scene: SignalScene, signal: NodeJS.Signals): Promise<void> {
  const answer = ask(scene.app.url, PATIENT, false);
  await sleep(50);
  scene.app.kill(signal);
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
    act: async (scene) => {
      await scene.app.listening();
      await signalDuringRequest(scene, signal);
    },
  })),
  {
    name: 'SIGTERM, and again while it closes',
    signal: 'SIGTERM',
    delivers: true,
    act: async (scene) => {
      await scene.app.listening();
      await work(scene);
      await scene.collector.turn('tardy');
      scene.app.kill('SIGTERM');
      await sleep(50);
      scene.app.kill('SIGTERM');
      await sleep(200);
      scene.app.kill('SIGTERM');
    },
  },
  {
    name: 'SIGTERM while a batch is under way',
    signal: 'SIGTERM',
    delivers: true,
    act: async (scene) => {
      await scene.app.listening();
      await scene.collector.turn('tardy');
      await work(scene);
      await sleep(200);
      await work(scene);
      scene.app.kill('SIGTERM');
    },
  },
  {
    name: 'SIGTERM while nobody listens',
    signal: 'SIGTERM',
    delivers: false,
    act: async (scene) => {
      await scene.app.listening();
      await scene.collector.turn('refusing');
      await work(scene);
      await scene.app.until(() => scene.app.said().length > 0, 'a line', form.recoveryMs);
      await signalDuringRequest(scene, 'SIGTERM');
    },
  },
  {
    name: 'SIGTERM while the backend hangs',
    signal: 'SIGTERM',
    delivers: false,
    act: async (scene) => {
      await scene.app.listening();
      await scene.collector.turn('hanging');
      await work(scene);
      await sleep(300);
      await signalDuringRequest(scene, 'SIGTERM');
    },
  },
  {
    name: 'SIGINT just after the backend was killed',
    signal: 'SIGINT',
    delivers: false,
    act: async (scene) => {
      await scene.app.listening();
      await work(scene);
      await scene.collector.kill();
      await work(scene);
      scene.app.kill('SIGINT');
    },
  },
  {
    name: 'SIGTERM, and the backend is killed while the spans are on their way',
    signal: 'SIGTERM',
    delivers: false,
    act: async (scene) => {
      await scene.app.listening();
      await scene.collector.turn('tardy');
      await work(scene);
      scene.app.kill('SIGTERM');
      await sleep(100);
      await scene.collector.kill();
    },
  },
];
