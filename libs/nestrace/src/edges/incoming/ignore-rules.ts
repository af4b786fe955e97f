import type { IgnoreRequest, IgnoreRule } from '../../config/sampling.options.js';
import { noteFailure } from '../../core/failures.js';
import { compilePatterns } from '../../core/matcher.js';

/** What load balancers and browsers ask for all day. */
const PROBES = ['/health', '/health/*', '/healthz', '/livez', '/readyz', '/favicon.ico'];

type Rule = (request: IgnoreRequest) => boolean;

/** Compiles the ignore rules into one question. */
export function compileIgnoreRules(
  rules: readonly IgnoreRule[],
  ignoreProbes: boolean,
  globalPrefix: () => string,
): Rule {
  const compiled = rules.map(compile);
  if (ignoreProbes) compiled.unshift(probes(globalPrefix));
  return (request) => compiled.some((rule) => rule(request));
}

function compile(rule: IgnoreRule): Rule {
  if (typeof rule === 'function') return guarded(rule);
  if (typeof rule === 'string' || rule instanceof RegExp) {
    const matches = compilePatterns([rule]);
    return ({ path }) => matches(path);
  }
  const method = rule.method?.toUpperCase();
  const matches = rule.path === undefined ? undefined : compilePatterns([rule.path]);
  return (request) =>
    (method === undefined || request.method === method) &&
    (matches === undefined || matches(request.path));
}

/** A rule that throws must not decide anything. */
function guarded(rule: Rule): Rule {
  return (request) => {
    try {
      return rule(request);
    } catch (error) {
      noteFailure('incoming.ignore', error);
      return false;
    }
  };
}

/** The prefix is set after the application was created, so it is read at the first request. */
function probes(globalPrefix: () => string): Rule {
  const matches = compilePatterns(PROBES);
  let prefix: string | undefined;
  return ({ path }) => {
    if (matches(path)) return true;
    prefix ??= `/${globalPrefix().replace(/^\/+|\/+$/g, '')}`;
    return prefix !== '/' && path.startsWith(`${prefix}/`) && matches(path.slice(prefix.length));
  };
}
