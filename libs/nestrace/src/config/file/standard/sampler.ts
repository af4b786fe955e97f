import type { FileValue } from '../../schema/file-value.js';
import type { Report } from '../../schema/report.js';
import type { OptionTree } from '../option-tree.js';
import { choiceOf, entriesOf } from './nodes.js';

const NAMES = ['always_on', 'always_off', 'trace_id_ratio_based', 'parent_based'];
const ACCEPTED = `one of ${NAMES.join(', ')}`;

interface Decision {
  readonly strategy: 'always' | 'never' | 'ratio';
  readonly ratio: FileValue;
}

/** `tracer_provider.sampler` as the options `sampling.strategy` and `sampling.ratio`. */
export function readSampler(given: FileValue, options: OptionTree, report: Report): void {
  const choice = choiceOf(given, ACCEPTED, report);
  if (choice === undefined) return;
  const [name, value] = choice;
  const isParentBased = name === 'parent_based';
  const decision = isParentBased ? rootOf(value, report) : simple(name, value, report);
  if (decision === undefined) return;
  const strategy = isParentBased ? 'parent_based' : decision.strategy;
  options.set('sampling.strategy', { value: strategy, place: value.place });
  options.set('sampling.ratio', decision.ratio);
}

/** What the standard takes where a tracer provider names no sampler. */
export function useDefaultSampler(provider: FileValue, options: OptionTree): void {
  options.set('sampling.strategy', { ...provider, value: 'parent_based' });
  options.set('sampling.ratio', { ...provider, value: 1 });
}

function simple(name: string, value: FileValue, report: Report): Decision | undefined {
  switch (name) {
    case 'always_on':
      entriesOf(value, [], report);
      return { strategy: 'always', ratio: { value: 1, place: value.place } };
    case 'always_off':
      entriesOf(value, [], report);
      return { strategy: 'never', ratio: { value: 0, place: value.place } };
    case 'trace_id_ratio_based': {
      const ratio = entriesOf(value, ['ratio'], report).get('ratio');
      const isGiven = ratio !== undefined && ratio.value !== null;
      return { strategy: 'ratio', ratio: isGiven ? ratio : { value: 1, place: value.place } };
    }
    default:
      report.problemIn(value, refusalOf(name));
      return undefined;
  }
}

function refusalOf(name: string): string {
  if (name.startsWith('jaeger_remote')) {
    return `${ACCEPTED}. This one asks a remote service for its rules: write them as sampling.rules, or give a sampler that does as sampling.sampler in OtelModule.forRoot()`;
  }
  return `${ACCEPTED}. Any other is given as sampling.sampler in OtelModule.forRoot()`;
}

/** What follows a caller is not ours to choose: these may be written down, and no others. */
const FOLLOWED = {
  remote_parent_sampled: 'always_on',
  remote_parent_not_sampled: 'always_off',
  local_parent_sampled: 'always_on',
  local_parent_not_sampled: 'always_off',
} as const;

function rootOf(given: FileValue, report: Report): Decision | undefined {
  const entries = entriesOf(given, ['root', ...Object.keys(FOLLOWED)], report);
  for (const [name, expected] of Object.entries(FOLLOWED)) {
    const value = entries.get(name);
    if (value === undefined || value.value === null) continue;
    const choice = choiceOf(value, expected, report);
    if (choice === undefined || choice[0] === expected) continue;
    report.problemIn(
      value,
      `${expected}: what a caller has decided is followed. Anything else is given as sampling.sampler in OtelModule.forRoot()`,
    );
  }
  const root = entries.get('root');
  if (root === undefined || root.value === null)
    return simple('always_on', { ...given, value: null }, report);
  const accepted = `one of ${NAMES.slice(0, 3).join(', ')}`;
  const choice = choiceOf(root, accepted, report);
  if (choice?.[0] !== 'parent_based') return choice && simple(...choice, report);
  report.problemIn(choice[1], `${accepted}; a root has no parent`);
  return undefined;
}
