import type { TextMapPropagator } from '@opentelemetry/api';
import {
  either,
  instanceWith,
  listOf,
  oneOf,
  REFUSED,
  splitList,
  type Kind,
} from './schema/kind.js';
import { option } from './schema/node.js';

/**
 * A propagation format by its standard name
 * (https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/#general-sdk-configuration),
 * or a propagator of your own. `b3`, `b3multi`, `jaeger` and `xray` need their package installed.
 *
 * @publicApi
 */
export type PropagatorInput =
  'tracecontext' | 'baggage' | 'b3' | 'b3multi' | 'jaeger' | 'xray' | 'none' | TextMapPropagator;

const names = oneOf('tracecontext', 'baggage', 'b3', 'b3multi', 'jaeger', 'xray', 'none');
const item: Kind<PropagatorInput> = either(
  names,
  instanceWith<TextMapPropagator>('a TextMapPropagator', 'inject', 'extract', 'fields'),
);

export const propagatorsOption = option<readonly PropagatorInput[]>(
  listOf(item, `a list, each ${item.accepted}`),
  {
    env: [
      {
        name: 'OTEL_PROPAGATORS',
        accepted: `a list of ${names.accepted}`,
        parse: (list) => {
          const parsed = splitList(list).map((name) => names.parse(name));
          return parsed.includes(REFUSED) ? REFUSED : [...new Set(parsed as PropagatorInput[])];
        },
      },
    ],
    fallback: ['tracecontext', 'baggage'],
  },
);
