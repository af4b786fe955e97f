import { numberBetween, REFUSED } from './schema/kind.js';
import type { EnvBinding } from './schema/node.js';

/**
 * How the first service of a trace decides.
 *
 * - `always`, `never`: every request, no request;
 * - `ratio`: the given share of all traces, whatever the caller decided;
 * - `parent_based`: as the caller decided, and the given share of traces that start here.
 *
 * @publicApi
 */
export type SamplingStrategy = 'always' | 'never' | 'ratio' | 'parent_based';

/** `OTEL_TRACES_SAMPLER` values, https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration */
const NAMED_SAMPLERS: Readonly<
  Record<string, { readonly strategy: SamplingStrategy; readonly ratio?: number }>
> = {
  always_on: { strategy: 'always', ratio: 1 },
  always_off: { strategy: 'never', ratio: 0 },
  traceidratio: { strategy: 'ratio' },
  parentbased_always_on: { strategy: 'parent_based', ratio: 1 },
  parentbased_always_off: { strategy: 'parent_based', ratio: 0 },
  parentbased_traceidratio: { strategy: 'parent_based' },
};

/** The specification knows them; each asks a service of its vendor what to do. */
const REMOTE_SAMPLERS = /^(parentbased_)?(jaeger_remote|xray)$/;

const ACCEPTED = Object.keys(NAMED_SAMPLERS).join(', ');

const refusal = (value: string): string =>
  REMOTE_SAMPLERS.test(value.toLowerCase())
    ? `${ACCEPTED}. This one takes its rules from a remote service, which nestrace does not ask: ` +
      `write them as sampling.rules, or give a sampler that does as sampling.sampler`
    : ACCEPTED;

export const samplerVariable: EnvBinding<SamplingStrategy> = {
  name: 'OTEL_TRACES_SAMPLER',
  accepted: refusal,
  parse: (value) => named(value)?.strategy ?? REFUSED,
};

const ratioKind = numberBetween(0, 1);

/** The argument counts only together with a sampler that has one; without it the ratio is 1. */
export const ratioVariables: readonly EnvBinding<number>[] = [
  {
    name: 'OTEL_TRACES_SAMPLER_ARG',
    parse: (value, env) => {
      const sampler = env['OTEL_TRACES_SAMPLER']?.trim().toLowerCase() ?? '';
      return sampler.endsWith('traceidratio') ? ratioKind.parse(value) : undefined;
    },
  },
  {
    name: 'OTEL_TRACES_SAMPLER',
    parse: (value) => {
      const sampler = named(value);
      return sampler === undefined ? undefined : (sampler.ratio ?? 1);
    },
  },
];

function named(value: string): (typeof NAMED_SAMPLERS)[string] | undefined {
  const name = value.toLowerCase();
  return Object.hasOwn(NAMED_SAMPLERS, name) ? NAMED_SAMPLERS[name] : undefined;
}
