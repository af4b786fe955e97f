import { consoleSchema } from '../../../libs/nestrace/src/config/console-exporter.options.js';
import { otelSchema } from '../../../libs/nestrace/src/config/otel.options.js';
import { otlpSchema } from '../../../libs/nestrace/src/config/otlp-exporter.options.js';
import { inSnakeCase } from '../../../libs/nestrace/src/config/schema/file-value.js';
import type { Leaf } from '../../../libs/nestrace/src/config/schema/node.js';
import { zipkinSchema } from '../../../libs/nestrace/src/config/zipkin-exporter.options.js';

type AnyNode = Leaf<unknown> | { node: 'group' | 'feature'; fields: Record<string, AnyNode> };

/** What the page about options has to say about one of them. */
export interface OptionRow {
  readonly option: string;
  /** Its keys in a file, or that it cannot stand there. */
  readonly inFile: string;
  readonly variables: readonly string[];
  /** Undefined where it depends on something. */
  readonly fallback: string | undefined;
}

/** Its name of old is no option. */
const NOT_LISTED = 'OTEL_EXPERIMENTAL_CONFIG_FILE';

/** A row for every option there is. */
export function optionRows(): readonly OptionRow[] {
  const exporter = (schema: object, name: string): OptionRow[] =>
    rowsOf(schema as Record<string, AnyNode>, `exporters[${name}]`);
  return [
    ...rowsOf(otelSchema, ''),
    {
      option: 'exporters',
      inFile: 'exporters',
      variables: ['OTEL_TRACES_EXPORTER'],
      fallback: "'otlp'",
    },
    ...exporter(otlpSchema, 'otlp'),
    ...exporter(zipkinSchema, 'zipkin'),
    ...exporter(consoleSchema, 'console'),
  ];
}

function rowsOf(fields: Readonly<Record<string, AnyNode>>, above: string): OptionRow[] {
  return Object.entries(fields).flatMap(([name, node]) => {
    const option = above === '' ? name : `${above}.${name}`;
    return node.node === 'leaf' ? [rowOf(option, node)] : rowsOf(node.fields, option);
  });
}

function rowOf(option: string, { kind, env, fallback }: Leaf<unknown>): OptionRow {
  const isOutside = kind.onlyInCode === true || option === 'configFile';
  const names = env.map((one) => (typeof one === 'string' ? one : one.name));
  return {
    option,
    inFile: isOutside ? 'only in code' : inSnakeCase(option),
    variables: [...new Set(names)].filter((name) => name !== NOT_LISTED),
    fallback:
      typeof fallback === 'function' || fallback === undefined ? undefined : shown(fallback),
  };
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (!Array.isArray(value)) return JSON.stringify(value);
  return `[${value.map(shown).join(', ')}]`;
}

const code = (text: string): string => `\`${text}\``;

/** The cells of a row as they stand on the page. */
export function cellsOf(row: OptionRow): readonly [string, string, string, string | undefined] {
  return [
    code(row.option),
    row.inFile === 'only in code' ? row.inFile : code(row.inFile),
    row.variables.map(code).join(', '),
    row.fallback === undefined ? undefined : code(row.fallback),
  ];
}
