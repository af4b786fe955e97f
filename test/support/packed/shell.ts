import { execFile } from 'node:child_process';

const { NODE_ENV: _nodeEnv, VITEST: _vitest, ...inherited } = process.env;

/** What a shell of a developer has, and not what the test runner adds to it. */
export const SHELL: NodeJS.ProcessEnv = { ...inherited, NO_COLOR: '1', FORCE_COLOR: undefined };

/** Runs a command to its end and returns what it printed. */
export function run(cwd: string, file: string, ...args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(file, args, { cwd, env: SHELL }, (error, stdout, stderr) => {
      const output = stdout + stderr;
      if (error === null) resolve(output);
      else reject(new Error(`"${[file, ...args].join(' ')}" failed:\n${output}`, { cause: error }));
    });
  });
}
