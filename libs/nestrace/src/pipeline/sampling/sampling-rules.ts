import type { Sampler } from '@opentelemetry/sdk-trace';
import type {
  SamplingMatch,
  SamplingRoot,
  SamplingRule,
} from '../../config/sampling-rules.options.js';
import { noteFailure } from '../../core/failures.js';
import { compilePatterns, type Pattern } from '../../core/matcher.js';
import { compileRoute } from '../../core/route-pattern.js';
import { samplingRoot, type RootStart } from './sampling-root.js';

type Test = (root: SamplingRoot) => boolean;

/** A rule, with the sampler that does what it says, and how often it did. */
export interface CompiledRule {
  readonly rule: SamplingRule;
  readonly matches: Test;
  readonly sampler: Sampler;
  /** Traces it has decided about. */
  decided: number;
  sampled: number;
}

/** The first rule that matches decides. */
export class SamplingRules {
  readonly all: readonly CompiledRule[];

  constructor(rules: readonly SamplingRule[], samplerFor: (ratio: number) => Sampler) {
    this.all = rules.map((rule) => ({
      rule,
      matches: compileMatch(rule.match),
      sampler: samplerFor(rule.ratio),
      decided: 0,
      sampled: 0,
    }));
  }

  find(name: string, start: RootStart): CompiledRule | undefined {
    const root = samplingRoot(name, start);
    // A closure would be made for every request.
    for (const one of this.all) if (one.matches(root)) return one;
    return undefined;
  }
}

function compileMatch(match: SamplingRule['match']): Test {
  if (typeof match === 'function') return guarded(match);
  if (typeof match === 'string') return compileText(match.trim());
  return match instanceof RegExp ? compileExpression(match) : compileParts(match);
}

/** Everything, a path, a path for one method, or a name. */
function compileText(text: string): Test {
  if (text === '*') return () => true;
  const [, method, path] = /^(?:([a-z]+)\s+)?(\/.*)$/i.exec(text) ?? [];
  return path === undefined ? compileParts({ name: text }) : compileParts({ method, path });
}

function compileExpression(expression: RegExp): Test {
  const matches = compilePatterns([expression]);
  return ({ path, name }) => matches(path ?? name);
}

function compileParts({ transport, method, path, name }: SamplingMatch): Test {
  const methods = method === undefined ? undefined : upperCase(method);
  const ofPath = path === undefined ? undefined : compilePath(path);
  const ofName = name === undefined ? undefined : compilePatterns([name]);
  return (root) =>
    (transport === undefined || root.transport === transport) &&
    (methods === undefined || (root.method !== undefined && methods.has(root.method))) &&
    (ofPath === undefined || (root.path !== undefined && ofPath(root.path))) &&
    // The name of a request is its method, which is not what anybody means by a name.
    (ofName === undefined || (root.path === undefined && ofName(root.name)));
}

function compilePath(path: Pattern): (path: string) => boolean {
  return typeof path === 'string' ? compileRoute(path) : compilePatterns([path]);
}

function upperCase(methods: string | readonly string[]): ReadonlySet<string> {
  return new Set([methods].flat().map((method) => method.toUpperCase()));
}

/** A rule that throws must not decide anything. */
function guarded(matches: Test): Test {
  return (root) => {
    try {
      return matches(root);
    } catch (error) {
      noteFailure('sampling', error);
      return false;
    }
  };
}
