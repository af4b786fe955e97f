import { REFUSED, type Kind } from './schema/kind.js';
import { option } from './schema/node.js';

const fileName: Kind<string | false> = {
  accepted: 'the path of a YAML file, or false',
  check: (value) =>
    value === false || (typeof value === 'string' && value.trim() !== '') ? value : REFUSED,
  parse: (value) => value,
};

export const configFileOption = option<string | false | undefined>(fileName, {
  env: [
    'OTEL_CONFIG_FILE',
    {
      // Its name of old; what it names is likely to have an old format, too.
      name: 'OTEL_EXPERIMENTAL_CONFIG_FILE',
      accepted: 'nothing, the variable is OTEL_CONFIG_FILE',
      parse: () => REFUSED,
    },
  ],
  fallback: undefined,
});
