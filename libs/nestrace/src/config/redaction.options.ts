import type { Pattern } from '../core/matcher.js';
import { HIDDEN } from '../core/redaction/secret-values.js';
import { patternList } from './http.options.js';
import { boolean, onlyInCode, REFUSED, text, type Kind } from './schema/kind.js';
import { feature, option } from './schema/node.js';

/**
 * What is taken out of spans before they leave: out of attributes, events (lines of the log and
 * exceptions included), links, names, messages and the resource, for every exporter and the panel.
 *
 * @example
 * ```ts
 * OtelModule.forRoot({
 *   redaction: { keys: ['customer.*'], patterns: [/\bK-\d{6}\b/], show: ['user.session'] },
 * });
 * ```
 *
 * @publicApi
 */
export interface RedactionOptions {
  /** Names whose values are hidden, besides those that look like a secret. @default [] */
  readonly keys?: readonly Pattern[] | undefined;
  /** Names that look like a secret and are none; their values are looked into all the same. @default [] */
  readonly show?: readonly Pattern[] | undefined;
  /**
   * What has this form is hidden wherever it stands: expressions, or their source as text. They run
   * over every text, so they should be simple.
   *
   * @default []
   */
  readonly patterns?: readonly (RegExp | string)[] | undefined;
  /** Hide card numbers, known by their first digits, length and check digit. @default true */
  readonly cardNumbers?: boolean | undefined;
  /** Hide e-mail addresses. @default true */
  readonly emails?: boolean | undefined;
  /** What stands in place of what is hidden. @default '••••' */
  readonly replacement?: string | undefined;
  /**
   * Called for every value before the other rules; returns what is to be shown instead, the value
   * as it is, or `undefined` to hide it. One that throws, or returns what no attribute can be, hides
   * it. The name of a span is `span.name`, the message of its status `status.message`, the name of
   * an event `event.name`.
   */
  readonly redact?: ((key: string, value: unknown) => unknown) | undefined;
}

const expressions: Kind<readonly RegExp[]> = {
  accepted: 'a list of regular expressions, none of which matches an empty text',
  check: (value) => {
    if (!Array.isArray(value)) return REFUSED;
    const taken = value.map(expressionOf);
    return taken.includes(REFUSED) ? REFUSED : (taken as RegExp[]);
  },
  parse: () => REFUSED,
};

function expressionOf(given: unknown): RegExp | typeof REFUSED {
  if (!(given instanceof RegExp) && typeof given !== 'string') return REFUSED;
  try {
    const expression = new RegExp(given);
    return new RegExp(expression.source, expression.flags.replace(/[gy]/g, '')).test('')
      ? REFUSED
      : expression;
  } catch {
    return REFUSED;
  }
}

const replacer = onlyInCode<((key: string, value: unknown) => unknown) | undefined>(
  'a function',
  (value) => typeof value === 'function',
);

export const redactionSchema = feature({
  keys: option(patternList, { fallback: [] }),
  show: option(patternList, { fallback: [] }),
  patterns: option(expressions, { fallback: [] }),
  cardNumbers: option(boolean, { fallback: true }),
  emails: option(boolean, { fallback: true }),
  replacement: option(text, { fallback: HIDDEN }),
  redact: option(replacer, { fallback: undefined }),
});
