import { fillBacklog } from '../harness/fill-backlog.js';
import { form } from '../harness/form.js';
import type { Scene } from '../harness/scene.js';
import type { Story } from '../harness/story.js';
import { outage } from './outages.js';

/** Up and down: long enough for a batch, and shorter than anything that waits for its end. */
const UP_AND_DOWN_MS = form.name === 'long' ? 2000 : 600;

/** A connection that is cut while an answer is on its way loses it. */
const LOSES = { losesAnswers: true } as const;
const BEHIND_WALL = { ...LOSES, backlog: 1 } as const;

async function comeAndGo({ collector, trouble, recovered }: Scene): Promise<void> {
  const until = performance.now() + form.flappingMs;
  while (performance.now() < until) {
    await collector.turn('refusing');
    await trouble(UP_AND_DOWN_MS);
    await collector.turn('well');
    await trouble(UP_AND_DOWN_MS);
  }
  await recovered();
}

async function dieAndComeBack({ collector, trouble, recovered }: Scene): Promise<void> {
  await collector.kill();
  await trouble();
  await collector.comeBack();
  await recovered();
}

async function stopAndGoOn({ collector, trouble, recovered }: Scene): Promise<void> {
  collector.signal('SIGSTOP');
  await trouble();
  collector.signal('SIGCONT');
  await recovered();
}

async function goBehindWall({ collector, trouble, recovered }: Scene): Promise<void> {
  // Connections of before the wall would not notice it.
  await collector.turn('refusing');
  await collector.turn('well');
  collector.signal('SIGSTOP');
  const letGo = await fillBacklog(collector.port('collector'));
  await trouble();
  letGo();
  collector.signal('SIGCONT');
  await recovered();
}

/** What becomes of the collector's process and of the way to it. */
export const PROCESS_STORIES: readonly Story[] = [
  outage('comes and goes', 'grpc', comeAndGo, LOSES),
  outage('is killed and started again', 'grpc', dieAndComeBack, LOSES),
  outage('is stopped and goes on', 'http/protobuf', stopAndGoOn, LOSES),
  outage('is behind a wall that drops', 'http/json', goBehindWall, BEHIND_WALL),
  ...(form.name === 'short'
    ? []
    : [
        outage('comes and goes', 'http/protobuf', comeAndGo, LOSES),
        outage('is killed and started again', 'zipkin', dieAndComeBack, LOSES),
        outage('is stopped and goes on', 'grpc', stopAndGoOn, LOSES),
        outage('is behind a wall that drops', 'grpc', goBehindWall, BEHIND_WALL),
      ]),
];
