import type { Environment } from '../schema/node.js';

/** A reference to a variable; what is between the braces is looked at afterwards. */
const REFERENCE = /\$\{([^}\r\n]*)\}/g;
const VARIABLE = /^(?:env:)?([a-z_][a-z0-9_]*)(?::-(.*))?$/i;

/** The text with its variables filled in, or the reference that is none. */
export type Substitution = { readonly text: string } | { readonly invalid: string };

/**
 * Fills in `${NAME}`, `${env:NAME}` and `${NAME:-default}`. What a variable holds is taken as it is,
 * references in it as well. `$$` becomes `$`, and what stands around it is read apart, so that it
 * cannot become a reference.
 *
 * @see https://opentelemetry.io/docs/specs/otel/configuration/data-model/#environment-variable-substitution
 */
export function substitute(text: string, env: Environment): Substitution {
  let invalid: string | undefined;
  const filled = text.split('$$').map((part) =>
    part.replace(REFERENCE, (reference, inside: string) => {
      const [, name, fallback = ''] = VARIABLE.exec(inside) ?? [];
      if (name === undefined) {
        invalid ??= reference;
        return '';
      }
      const value = Object.hasOwn(env, name) ? env[name] : undefined;
      return value === undefined || value === '' ? fallback : value;
    }),
  );
  return invalid === undefined ? { text: filled.join('$') } : { invalid };
}
