import { run } from './shell.js';

/** What is to be installed is neither in npm's cache nor to be had from elsewhere. */
export class RegistryUnreachableError extends Error {}

/** `npm install`, also without a network as long as npm remembers everything. */
export async function installPackages(
  folder: string,
  ...packages: readonly string[]
): Promise<void> {
  const hasRegistry = await answers(folder);
  const source = hasRegistry ? '--prefer-offline' : '--offline';
  try {
    await run(folder, 'npm', 'install', source, ...QUIETLY, ...packages);
  } catch (error) {
    if (hasRegistry) throw error;
    throw new RegistryUnreachableError('the registry of npm does not answer', { cause: error });
  }
}

const QUIETLY = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Asked before, since `npm install` tries long and blames the packages in the end. */
async function answers(folder: string): Promise<boolean> {
  try {
    await run(
      folder,
      'npm',
      'view',
      '@nestjs/core',
      'name',
      '--prefer-online',
      '--fetch-retries=0',
    );
    return true;
  } catch {
    return false;
  }
}
