import type { Pattern } from '../core/matcher.js';
import { patternList } from './http.options.js';
import { inCode, onlyInCode } from './schema/kind.js';
import { group, option } from './schema/node.js';

/** @publicApi */
export interface PanelRedactOptions {
  /** Keys of attributes whose values are hidden. @default [] */
  readonly keys?: readonly Pattern[] | undefined;
  /** Values of these forms are hidden wherever they stand. @default [] */
  readonly values?: readonly RegExp[] | undefined;
  /**
   * Called for every value that is shown; returns what is to be shown instead, or `undefined` to
   * hide it. One that throws hides it.
   */
  readonly value?: ((key: string, value: unknown) => unknown) | undefined;
}

const expressions = inCode<readonly RegExp[]>(
  'a list of regular expressions',
  (value) => Array.isArray(value) && value.every((item) => item instanceof RegExp),
);

const replacer = onlyInCode<((key: string, value: unknown) => unknown) | undefined>(
  'a function',
  (value) => typeof value === 'function',
);

export const panelRedactSchema = group({
  keys: option(patternList, { fallback: [] }),
  values: option(expressions, { fallback: [] }),
  value: option(replacer, { fallback: undefined }),
});
