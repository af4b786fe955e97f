import type { BadExporterName } from '../app/bad-exporter.js';
import { form } from '../harness/form.js';
import type { Story } from '../harness/story.js';

interface Facts {
  readonly fails?: boolean;
  readonly losesAnswers?: boolean;
  readonly endsWell?: boolean;
}

/** An exporter of the application that breaks the contract in one way, the only one there is. */
const bad = (
  name: string,
  habit: BadExporterName,
  { fails = false, losesAnswers = false, endsWell = true }: Facts = {},
): Story => ({
  name: `its own exporter ${name}`,
  doors: [],
  exporters: () => [{ bad: habit, lateMs: 1.5 * form.exporterTimeoutMs }],
  // It is given up before it can hold up the end of the application.
  app: { options: { batch: { ...form.options.batch, exportTimeoutMs: form.exporterTimeoutMs } } },
  act: (stage) => stage.trouble(),
  endsWell,
  failing: fails ? 1 : 0,
  recovering: 0,
  losesAnswers,
  waitMs: form.exporterTimeoutMs,
});

const WORST: readonly Story[] = [
  bad('never answers', 'neverAnswers', { fails: true, endsWell: false }),
  bad('answers when it is too late', 'answersLate', {
    fails: true,
    losesAnswers: true,
    endsWell: false,
  }),
  bad('blocks the event loop', 'blocks'),
  bad('throws at the end', 'throwsAtTheEnd'),
  bad('never ends', 'neverEnds'),
];

const OTHERS: readonly Story[] = [
  bad('throws', 'throws', { fails: true, endsWell: false }),
  bad('rejects', 'rejects', { fails: true, endsWell: false }),
  bad('rejects with nothing', 'rejectsWithNothing', { fails: true, endsWell: false }),
  bad('answers twice', 'answersTwice'),
  bad('answers and throws', 'answersAndThrows'),
  bad('rejects at the end', 'rejectsAtTheEnd'),
];

export const EXPORTER_STORIES = form.name === 'long' ? [...WORST, ...OTHERS] : WORST;
