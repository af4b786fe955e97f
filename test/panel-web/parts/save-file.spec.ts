import { describe, expect, it } from 'vitest';
import { fileName } from '../../../libs/panel-web/src/parts/save-file.js';

describe('fileName', () => {
  it('has nothing in it that a file system minds', () => {
    expect(fileName('../shop: api', 0)).toBe('shop-api-1970-01-01-00-00-00.json');
    expect(fileName('', 0)).toBe('traces-1970-01-01-00-00-00.json');
  });
});
