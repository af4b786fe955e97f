import { metrics } from '@opentelemetry/api';
import { createRequire } from 'node:module';
import { readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';

const API = '@opentelemetry/api';
/** Where all copies of API 1.x meet. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1');
const globals = globalThis as Record<symbol, { readonly version?: string } | undefined>;

interface ApiCopy {
  readonly directory: string;
  readonly version: string;
}

/**
 * The OpenTelemetry API hands out providers through a global, and a copy that is newer than the one
 * which registered them gets nothing, without a word: half of the trace is missing. So every copy
 * that the application can reach is compared with ours at boot.
 *
 * @returns one sentence per copy that cannot see our spans, with the remedy
 */
export function findSplitApiCopies(
  ours: string | undefined = ourVersion(),
  others: readonly ApiCopy[] = [...copiesOfApplication(), ...loadedCopies()],
  registered: string | undefined = registeredVersion(),
): readonly string[] {
  if (ours === undefined) return [];
  const sentences = new Set<string>();
  for (const copy of others) {
    if (!isNewer(copy.version, ours)) continue;
    sentences.add(
      `There are two copies of ${API}: nestrace uses ${ours}, the application also has ` +
        `${copy.version} (${copy.directory}), whose spans would be lost. ${remedy(ours)}`,
    );
  }
  if (registered !== undefined && registered !== ours) {
    sentences.add(
      `Another copy of ${API}, version ${registered}, has registered itself before nestrace's ` +
        `(${ours}), so nothing can be traced. ${remedy(ours)}`,
    );
  }
  return [...sentences];
}

function remedy(version: string): string {
  return `Run "npm install ${API}@${version}", then "npm ls ${API}" must show one version only.`;
}

/** A copy may read globals of its own minor version or a later one. */
function isNewer(candidate: string, ours: string): boolean {
  const [candidateMajor = 0, candidateMinor = 0] = candidate.split('.').map(Number);
  const [major = 0, minor = 0] = ours.split('.').map(Number);
  return candidateMajor !== major || candidateMinor > minor;
}

function copyFrom(file: string): ApiCopy | undefined {
  try {
    const entry = createRequire(file).resolve(API);
    return copyAround(entry);
  } catch {
    return undefined;
  }
}

/** What code of the application gets when it imports the API. */
function copiesOfApplication(): readonly ApiCopy[] {
  const starts = [join(process.cwd(), 'package.json')];
  if (process.argv[1] !== undefined) starts.push(process.argv[1]);
  return starts.flatMap((start) => copyFrom(start) ?? []);
}

/** Copies that are already loaded, wherever they were found. */
function loadedCopies(): readonly ApiCopy[] {
  const { cache } = createRequire(join(process.cwd(), 'package.json')) as {
    cache?: NodeJS.Dict<unknown>;
  };
  const entry = /[\\/]@opentelemetry[\\/]api[\\/]build[\\/]src[\\/]index\.js$/;
  return Object.keys(cache ?? {})
    .filter((file) => entry.test(file))
    .flatMap((file) => copyAround(file) ?? []);
}

function copyAround(file: string): ApiCopy | undefined {
  for (
    let directory = dirname(file);
    directory !== dirname(directory);
    directory = dirname(directory)
  ) {
    try {
      const content = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as {
        name?: string;
        version?: string;
      };
      if (content.name === API && content.version !== undefined) {
        return { directory: realpathSync(directory), version: content.version };
      }
    } catch {
      // No package.json here: look further up.
    }
  }
  return undefined;
}

/** The version under which the globals of API 1.x are registered, if somebody has. */
function registeredVersion(): string | undefined {
  return globals[REGISTRY]?.version;
}

/** A copy does not tell its version. It writes it into the registry when that is empty. */
function ourVersion(): string | undefined {
  const registry = globals[REGISTRY];
  try {
    globals[REGISTRY] = undefined;
    metrics.setGlobalMeterProvider(metrics.getMeterProvider());
    return registeredVersion();
  } finally {
    globals[REGISTRY] = registry;
  }
}
