import { compilePatterns } from '../../../core/matcher.js';
import { ATTR_NEST_HANDLER, ATTR_NEST_OPERATION_TRIGGER } from '../../../pipeline/attributes.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import type { EntryKind, TraceSummary } from '../contract/index.js';
import { hasAttribute, textOf } from '../spans/read-attributes.js';

const ASSET =
  /\.(?:avif|css|eot|gif|ico|jpe?g|js|map|mjs|png|svg|ttf|txt|wasm|webmanifest|webp|woff2?)$/i;

/** What nobody looks for, unless something went wrong in it. */
export class NoiseFilter {
  private readonly isProbe: (path: string) => boolean;

  constructor(probePaths: readonly string[]) {
    this.isProbe = compilePatterns(probePaths);
  }

  noiseOf(
    root: StoredSpan,
    entry: EntryKind,
    path: string | undefined,
  ): NonNullable<TraceSummary['noise']> | undefined {
    if (entry === 'lifecycle') return 'lifecycle';
    if (entry === 'cron') return isRecurring(root) ? 'background' : undefined;
    if (entry !== 'http' || path === undefined) return undefined;
    if (this.isProbe(path)) return 'probe';
    // A handler that answers for such a path is an endpoint like any other.
    const isServedByNest = hasAttribute(root.attributes, ATTR_NEST_HANDLER);
    return !isServedByNest && ASSET.test(path) ? 'asset' : undefined;
  }
}

/** A timeout takes place once; that is worth a look. */
function isRecurring({ attributes }: StoredSpan): boolean {
  return textOf(attributes, ATTR_NEST_OPERATION_TRIGGER) !== 'timeout';
}
