import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shellQuoted } from '../../../libs/panel-web/src/copying/shell.js';

describe('shellQuoted', () => {
  it('leaves alone what needs no quotes', () => {
    expect(shellQuoted('http://localhost:3000/orders/8')).toBe('http://localhost:3000/orders/8');
  });

  it.each([
    "it's",
    '$(touch x)',
    '`id`',
    'a b;c',
    '"x" && y',
    '/a?b=1&c=2',
    String.raw`\n`,
    '',
    '#x',
  ])('reaches the command as it is: %s', (text) => {
    const out = execFileSync('sh', ['-c', `printf %s ${shellQuoted(text)}`], { encoding: 'utf8' });
    expect(out).toBe(text);
  });

  it('never runs over a line', () => {
    expect(shellQuoted('a\nrm -rf /')).not.toContain('\n');
  });
});
