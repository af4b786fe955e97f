import { afterAll, beforeAll, describe, it } from 'vitest';
import { buildPrograms, type Programs } from './harness/programs.js';
import { form } from './harness/form.js';
import { SignalStage, type SignalOutcome } from './harness/signal-stage.js';
import { writeSignalTable } from './harness/table.js';
import { Turns } from './harness/turns.js';
import { SIGNAL_STORIES } from './stories/signal.stories.js';

/** All stories begin to wait for their turn at once. */
const SUITE_MS = 3_600_000;

const PROTOCOLS =
  form.name === 'short' ? (['grpc'] as const) : (['grpc', 'http/protobuf'] as const);

const turns = new Turns(form.atOnce);
const outcomes: SignalOutcome[] = [];
let programs: Programs;

beforeAll(async () => {
  programs = await buildPrograms();
}, 120_000);

afterAll(() => {
  if (outcomes.length > 0) console.log(writeSignalTable('signals', outcomes));
  programs.remove();
});

describe.concurrent.for(PROTOCOLS)('a process ends as it should (%s)', (protocol) => {
  it.for(SIGNAL_STORIES.map((story) => [story.name, story] as const))(
    '%s',
    { timeout: SUITE_MS },
    async ([, story], { expect }) => {
      const outcome = await turns.take(() => SignalStage.play(programs, protocol, story));
      outcomes.push(outcome);
      expect(outcome.broken).toEqual([]);
    },
  );
});
