import { OtelConfigError } from '../../core/errors/otel-config.error.js';
import { inSnakeCase, type FileValue } from '../schema/file-value.js';
import type { Environment } from '../schema/node.js';
import { Report } from '../schema/report.js';
import type { ConfigFile } from './config-file.js';
import { merged } from './option-tree.js';
import { parseYaml } from './parse-yaml.js';
import { readText } from './read-text.js';
import { readStandard } from './standard/read-standard.js';

/**
 * Reads a configuration file in either of its forms.
 *
 * @param namedBy the option or the variable that names the file
 * @throws OtelConfigError where there is no such file, or no YAML in it
 */
export async function readConfigFile(
  name: string,
  namedBy: string,
  env: Environment,
): Promise<ConfigFile> {
  const report = new Report();
  const read = await readText(name);
  if ('accepted' in read) {
    report.problem(namedBy, name, read.accepted);
    const inCode = namedBy === 'configFile';
    throw OtelConfigError.fromProblems(report.problems, inCode ? undefined : 'the environment');
  }
  const { root, problems } = parseYaml(read.text, name, env);
  if (problems.length > 0) throw OtelConfigError.fromProblems(problems);
  const options = root === undefined ? undefined : optionsOf(root, report);
  if (options === undefined) report.warnings.push(`${name} is empty: it sets nothing.`);
  return { options, problems: report.problems, warnings: report.warnings };
}

const SHORT = 'tracing';
const STANDARD = 'file_format';

function optionsOf(root: FileValue, report: Report): FileValue | undefined {
  if (root.value === null) return undefined;
  const tracing = root.entries?.get(SHORT);
  const own = tracing?.value === null ? { ...tracing, value: {}, entries: new Map() } : tracing;
  own?.entries?.forEach((value, name) => {
    if (name === inSnakeCase('configFile')) report.problemIn(value, 'nothing in the file itself');
  });
  if (root.entries?.has(STANDARD) === true) {
    const standard = readStandard(root, report);
    return own === undefined ? standard : merged(standard, own);
  }
  if (own === undefined) {
    const accepted =
      `no configuration: at the top it has ${SHORT}: with options of nestrace, or ` +
      `${STANDARD}: "1.1" with what OpenTelemetry's declarative configuration has`;
    report.problems.push({ ...root.place, shown: '', accepted });
    return undefined;
  }
  for (const [name, value] of root.entries ?? []) {
    if (name !== SHORT) report.unused(value, 'is nothing nestrace knows: it is ignored');
  }
  return own;
}
