import type { ImportResult } from '../../../../nestrace/src/sinks/panel/contract/index.js';
import { api } from '../../api/endpoints.js';
import { failureText } from '../../api/failure.js';
import { readList } from '../../live/feed.js';
import { otlpProblem } from './merge-otlp.js';

export type ImportedFile = {
  readonly name: string;
} & ({ readonly result: ImportResult } | { readonly problem: string });

/** One after the other, so that one that is too large does not hold up the others. */
export async function importFiles(files: readonly File[]): Promise<ImportedFile[]> {
  const outcomes: ImportedFile[] = [];
  for (const file of files) outcomes.push(await importFile(file));
  if (outcomes.some((outcome) => 'result' in outcome)) await readList(false);
  return outcomes;
}

async function importFile(file: File): Promise<ImportedFile> {
  const { name } = file;
  const text = await file.text().catch(() => undefined);
  if (text === undefined) return { name, problem: 'The browser could not read it.' };
  const problem = otlpProblem(text);
  if (problem !== undefined) return { name, problem };
  const answer = await api.importTraces(text);
  return answer.ok
    ? { name, result: answer.value }
    : { name, problem: failureText(answer.failure) };
}
