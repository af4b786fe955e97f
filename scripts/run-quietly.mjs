import { spawn } from 'node:child_process';
import { ExpectedError } from './expected-error.mjs';
import { root } from './root.mjs';

/**
 * Runs a command in the root folder and shows its output only if it fails. When it is called off it
 * is killed: npm would carry on to its end, and what is left half done is done again anyway.
 */
export function runQuietly(label, file, args, { signal, shell = false } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      signal,
      killSignal: 'SIGKILL',
      shell,
    });
    let output = '';
    const collect = (chunk) => {
      output += chunk;
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new ExpectedError(`"${label}" failed:\n\n${output.trim()}`));
    });
  });
}
