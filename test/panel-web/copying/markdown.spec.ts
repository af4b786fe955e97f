import { describe, expect, it } from 'vitest';
import { code, codeBlock, inline } from '../../../libs/panel-web/src/copying/markdown.js';

describe('inline', () => {
  it('leaves nothing that markdown would act on', () => {
    expect(inline('![x](http://evil) <b> *y* #1')).toBe(
      String.raw`!\[x\](http://evil) \<b\> \*y\* \#1`,
    );
  });

  it('keeps everything on one line and shows what hides', () => {
    expect(inline('a\n# b\u202e')).toBe(String.raw`a ⏎ \# b\\u202e`);
  });

  it('starts no list', () => {
    expect(inline('1. x')).toBe(String.raw`1\. x`);
    expect(inline('- x')).toBe(String.raw`\- x`);
  });
});

describe('code', () => {
  it('takes one backtick more than there are inside', () => {
    expect(code('a `` b')).toBe('```a `` b```');
  });

  it('keeps a backtick at the edge apart', () => {
    expect(code('`a`')).toBe('`` `a` ``');
  });
});

describe('codeBlock', () => {
  it('cannot be ended from inside', () => {
    expect(codeBlock('x\n```\n# out', 'sql')).toBe('````sql\nx\n```\n# out\n````');
  });
});
