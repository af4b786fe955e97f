import { describe, expect, it } from 'vitest';
import { SqlBlock, SqlLine } from '../../../libs/panel-web/src/sql-text/sql-code.js';
import { mounted } from '../mounted.js';

describe('SqlLine', () => {
  it('makes no element of what is in the text', async () => {
    const page = await mounted(<SqlLine text={"SELECT '<img src=x onerror=alert(1)>'"} />);
    expect(page.querySelector('img')).toBeNull();
    expect(page.textContent).toBe("SELECT '<img src=x onerror=alert(1)>'");
  });

  it('stays on one line', async () => {
    const page = await mounted(<SqlLine text={'SELECT\n  1'} />);
    expect(page.textContent).toBe('SELECT 1');
  });
});

describe('SqlBlock', () => {
  it('shows what hides', async () => {
    const page = await mounted(<SqlBlock text={'SELECT \u202e1'} />);
    expect(page.textContent).toBe(String.raw`SELECT \u202e1`);
    expect(page.querySelector('.sql-keyword')?.textContent).toBe('SELECT');
  });
});
