import { expect, it } from 'vitest';
import { isWebAddress } from '../../../../../libs/panel-web/src/screens/trace/head/open-in.js';

it('takes addresses of the web and no other', () => {
  expect(isWebAddress('http://localhost:16686/trace/1')).toBe(true);
  expect(isWebAddress('HTTPS://x.test')).toBe(true);
  expect(isWebAddress('javascript:alert(1)//http://x')).toBe(false);
  expect(isWebAddress('//x.test')).toBe(false);
});
