import { afterEach, describe, expect, it, vi } from 'vitest';
import { importFiles } from '../../../../libs/panel-web/src/screens/settings/import-files.js';

const RESULT = { traces: 1, spans: 3, rejected: 0, traceIds: ['a'] };
const LIST = { bootId: 'b', seq: 1, traces: [], removed: [], matching: 0 };

function answerWith(status: number, value: unknown) {
  const posted: unknown[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    if (init.method !== 'POST') return Response.json(LIST);
    posted.push(init.body);
    return Response.json(value, { status });
  });
  return posted;
}

afterEach(() => vi.unstubAllGlobals());

describe('importFiles', () => {
  it('sends a file as it is, and says what came of it', async () => {
    const posted = answerWith(200, RESULT);
    const files = [new File(['{"resourceSpans":[]}'], 'a.json')];
    expect(await importFiles(files)).toEqual([{ name: 'a.json', result: RESULT }]);
    expect(posted).toEqual(['{"resourceSpans":[]}']);
  });

  it('sends nothing that cannot be traces, and goes on with the next', async () => {
    const posted = answerWith(200, RESULT);
    const files = [new File(['hello'], 'a.txt'), new File(['{"resourceSpans":[]}'], 'b.json')];
    expect(await importFiles(files)).toEqual([
      { name: 'a.txt', problem: 'It is not JSON.' },
      { name: 'b.json', result: RESULT },
    ]);
    expect(posted).toHaveLength(1);
  });

  it('tells why the server did not take it', async () => {
    answerWith(413, { reason: 'more than 4 MiB' });
    const [outcome] = await importFiles([new File(['{"resourceSpans":[]}'], 'a.json')]);
    expect(outcome).toMatchObject({ problem: expect.stringContaining('more than 4 MiB') });
  });
});
