import { act } from 'preact/test-utils';
import { describe, expect, it } from 'vitest';
import type { ExportStatus } from '../../../../libs/nestrace/src/sinks/panel/contract/index.js';
import { OptionList } from '../../../../libs/panel-web/src/screens/export/option-list.js';
import { mounted } from '../../mounted.js';

const OPTIONS: ExportStatus['options'] = [
  { path: 'debug', value: 'false', source: 'default' },
  { path: 'environment', value: 'qa', source: 'env', variable: 'OTEL_ENVIRONMENT' },
  { path: 'sampling.ratio', value: '0.5', source: 'file', file: 'otel.yaml', line: 12 },
  { path: 'service.name', value: 'orders', source: 'code' },
];

const rows = (page: HTMLElement): (string | null)[][] =>
  [...page.querySelectorAll('tbody tr')].map((row) =>
    [...row.querySelectorAll('td')].map((cell) => cell.textContent),
  );

describe('OptionList', () => {
  it('says who has set a value: code, a variable, a line of the file', async () => {
    const page = await mounted(<OptionList options={OPTIONS} />);
    expect(rows(page)).toEqual([
      ['debug', 'false', 'default'],
      ['environment', 'qa', 'OTEL_ENVIRONMENT'],
      ['sampling.ratio', '0.5', 'otel.yaml:12'],
      ['service.name', 'orders', 'code'],
    ]);
    const place = page.querySelectorAll<HTMLElement>('tbody tr')[2]?.lastElementChild;
    expect(place?.getAttribute('title')).toBe('otel.yaml:12');
  });

  it('finds options by the file they stand in', async () => {
    const page = await mounted(<OptionList options={OPTIONS} />);
    const field = page.querySelector('input');
    await act(() => {
      if (field === null) throw new Error('There is no field.');
      field.value = 'otel.yaml';
      field.dispatchEvent(new Event('input', { bubbles: true }));
    });
    expect(rows(page).map(([path]) => path)).toEqual(['sampling.ratio']);
  });
});
