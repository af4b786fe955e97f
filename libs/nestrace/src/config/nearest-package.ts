import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

interface PackageFacts {
  readonly name?: string;
  readonly version?: string;
}

/**
 * Name and version in the package.json nearest to the started script, looked for upwards from the
 * script and then from the working directory. An unreadable one counts as absent: the name of a
 * service is not worth a failed start.
 */
export function nearestPackage(
  script: string | undefined = process.argv[1],
  directory: string = process.cwd(),
): PackageFacts {
  const fromScript = script === undefined ? undefined : findUpwards(dirname(resolve(script)));
  return fromScript ?? findUpwards(directory) ?? {};
}

function findUpwards(start: string): PackageFacts | undefined {
  for (let directory = start; ; directory = dirname(directory)) {
    const facts = read(join(directory, 'package.json'));
    if (facts?.name !== undefined) return facts;
    if (directory === dirname(directory)) return undefined;
  }
}

function read(file: string): PackageFacts | undefined {
  try {
    const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
    return {
      ...(typeof content['name'] === 'string' && { name: content['name'] }),
      ...(typeof content['version'] === 'string' && { version: content['version'] }),
    };
  } catch {
    return undefined;
  }
}
