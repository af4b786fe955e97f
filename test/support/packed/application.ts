import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { RunningApplication } from './running-application.js';
import { run } from './shell.js';

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** The folder of an application that uses the packed library. */
export class Application {
  constructor(readonly directory: string) {}

  get manifest(): Manifest {
    return JSON.parse(this.read('package.json')) as Manifest;
  }

  read(file: string): string {
    return readFileSync(join(this.directory, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.directory, file), text);
  }

  /** Replaces the one place in a file that reads like this. */
  replace(file: string, before: string, after: string): void {
    const parts = this.read(file).split(before);
    if (parts.length !== 2) throw new Error(`"${before}" is ${parts.length - 1} times in ${file}.`);
    this.write(file, parts.join(after));
  }

  /** Runs one of its scripts and returns what it printed. */
  npm(script: string): Promise<string> {
    return run(this.directory, 'npm', 'run', script);
  }

  /** Starts what was built. It finds its port in the given variable. */
  start(env: NodeJS.ProcessEnv, portVariable = 'PORT'): Promise<RunningApplication> {
    return RunningApplication.start(this.directory, env, portVariable);
  }
}
