import type {
  ResolvedAutoTraceOptions,
  TraceCandidate,
  TraceTarget,
} from '../../../config/auto-trace.options.js';
import { noteFailure } from '../../../core/failures.js';
import { compilePatterns, type Pattern } from '../../../core/matcher.js';
import type { ClassReference } from '../finding/class-reference.js';

/** A candidate, and the classes its names belong to. */
export interface Subject {
  readonly candidate: TraceCandidate;
  readonly owner: object;
  readonly modules: ReadonlySet<ClassReference>;
  /** It comes with a package, as far as is known. */
  readonly isThirdParty: boolean;
}

type Test = (subject: Subject) => boolean;

/** Decides which methods have spans, following the options. */
export class Selection {
  private readonly includes: Test;
  private readonly excludes: Test;

  constructor(private readonly options: ResolvedAutoTraceOptions) {
    this.includes = anyOf(options.include);
    this.excludes = anyOf(options.exclude);
  }

  takes(subject: Subject): boolean {
    if (this.excludes(subject)) return false;
    return this.belongsToLevel(subject) || this.includes(subject);
  }

  private belongsToLevel({ candidate, isThirdParty }: Subject): boolean {
    switch (this.options.level) {
      case 'minimal':
        return candidate.type === 'handler';
      case 'standard':
        return candidate.type !== 'provider' || !isThirdParty;
      case 'verbose':
        return true;
      default:
        return this.options.level satisfies never;
    }
  }
}

function anyOf(targets: readonly TraceTarget[]): Test {
  const tests = targets.map(compile);
  return (subject) => tests.some((test) => test(subject));
}

function compile(target: TraceTarget): Test {
  if (typeof target === 'function') return ({ owner }) => isOrExtends(owner, target);
  if (typeof target === 'string' || target instanceof RegExp) return byName(target);
  if ('module' in target) return byModule(target.module);
  return guarded(target.matches);
}

/** A name without a dot is that of a class. */
function byName(pattern: Pattern): Test {
  const matches = compilePatterns([pattern]);
  const namesClass = typeof pattern === 'string' && !pattern.includes('.');
  return ({ candidate: { className, method } }) =>
    matches(namesClass ? className : `${className}.${method}`);
}

function byModule(module: Extract<TraceTarget, { module: unknown }>['module']): Test {
  if (typeof module === 'function') {
    return ({ modules }) => modules.has(module);
  }
  const matches = compilePatterns([module]);
  return ({ modules }) => [...modules].some(({ name }) => matches(name));
}

/** A function of the user that throws must not decide anything. */
function guarded(matches: (candidate: TraceCandidate) => boolean): Test {
  return ({ candidate }) => {
    try {
      return matches(candidate);
    } catch (error) {
      noteFailure('autotrace.select', error);
      return false;
    }
  };
}

function isOrExtends(owner: object, target: object): boolean {
  for (
    let one: object | null = owner;
    one !== null;
    one = Object.getPrototypeOf(one) as object | null
  ) {
    if (one === target) return true;
  }
  return false;
}
