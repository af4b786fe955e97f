import { expect, it } from 'vitest';
import { prettyJson } from '../../../../../libs/panel-web/src/screens/trace/drawer/pretty-json.js';

it('spreads objects and lists over lines, and leaves all else alone', () => {
  expect(prettyJson('{"a":[1]}')).toBe('{\n  "a": [\n    1\n  ]\n}');
  expect(prettyJson('[not json')).toBeUndefined();
  expect(prettyJson('12')).toBeUndefined();
});
