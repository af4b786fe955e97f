import { render } from 'preact';
import { afterEach, describe, expect, it } from 'vitest';
import type { SamplingStatus } from '../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import {
  keptLine,
  SamplingView,
} from '../../../../libs/panel-web/src/screens/export/sampling-view.js';

type Keeping = NonNullable<SamplingStatus['keeping']>;

const NOTHING: Keeping = {
  kept: { error: 0, slow: 0, custom: 0 },
  keptSpans: 0,
  discarded: 0,
  overflowedTraces: 0,
  overflowedSpans: 0,
  waiting: 0,
};

afterEach(() => {
  render(null, document.body);
});

describe('keptLine', () => {
  it.each<[Partial<Keeping>, string]>([
    [{}, 'No trace was left out by the sampler so far.'],
    [
      { discarded: 1 },
      'Of the traces the sampler left out, none was kept. 1 ended well and was let go.',
    ],
    [
      { kept: { error: 1, slow: 0, custom: 0 }, keptSpans: 1, discarded: 1200 },
      'Of the traces the sampler left out, 1 was kept, 1 span in all: 1 for an error. 1\u202f200 ended well and were let go.',
    ],
    [
      {
        kept: { error: 2, slow: 1, custom: 1 },
        keptSpans: 9,
        waiting: 3,
        overflowedTraces: 1,
        overflowedSpans: 2,
      },
      'Of the traces the sampler left out, 4 were kept, 9 spans in all: 2 for an error, 1 for being slow, 1 for sampling.keep.when. 0 ended well and were let go. 3 spans wait for the end of a trace. There was no room for 1 trace and 2 spans.',
    ],
  ])('says of %j', (change, text) => {
    expect(keptLine({ ...NOTHING, ...change })).toBe(text);
  });
});

describe('SamplingView', () => {
  it('has a row for every rule, as text', () => {
    render(
      <SamplingView
        sampling={{
          rules: [
            { match: '<b>/a</b>', ratio: 0.05, decided: 1000, sampled: 52 },
            { match: '/b', ratio: 1, decided: 0, sampled: 0 },
          ],
        }}
      />,
      document.body,
    );
    const rows = [...document.querySelectorAll('tbody tr')].map((row) =>
      [...row.querySelectorAll('td')].map((cell) => cell.textContent),
    );
    expect(rows).toEqual([
      ['<b>/a</b>', '5 %', '5.2 %', '1\u202f000'],
      ['/b', '100 %', '–', '0'],
    ]);
    expect(document.querySelector('p')).toBeNull();
  });

  it('has no table without rules', () => {
    render(<SamplingView sampling={{ rules: [], keeping: NOTHING }} />, document.body);
    expect(document.querySelector('table')).toBeNull();
    expect(document.body.textContent).toBe('No trace was left out by the sampler so far.');
  });
});
