import { spawn } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { install, isInstalled } from './start/install.mjs';
import { root } from './root.mjs';

/**
 * Everything that has to hold, in the order of what it costs to find out. Words after `npm test --`
 * go to vitest alone: `npm test -- incoming` runs the tests with "incoming" in their path.
 */
const filters = process.argv.slice(2);
const report = join(root, 'coverage/results.json');

const bin = (name) => join(root, 'node_modules', ...name);
const vitest = bin(['vitest', 'vitest.mjs']);

const steps = [
  // What the library imports from it has to be there before anything looks at the library.
  ['panel', join(root, 'scripts/build-panel.mjs'), '--types'],
  ['format', bin(['prettier', 'bin', 'prettier.cjs']), '--check', '--log-level=warn', '.'],
  ['lint', bin(['oxlint', 'bin', 'oxlint']), '--type-aware', '--deny-warnings'],
  ['types', bin(['typescript', 'bin', 'tsc']), '--noEmit', '-p', 'tsconfig.json'],
  [
    'boundaries',
    bin(['dependency-cruiser', 'bin', 'dependency-cruise.mjs']),
    'libs',
    'apps',
    'test',
    '--config',
    '.dependency-cruiser.cjs',
  ],
  ['dead code', bin(['knip', 'bin', 'knip.js'])],
  ['build', join(root, 'scripts/build.mjs')],
  ['tests', vitest, 'run', '--coverage'],
];

function run([name, file, ...args]) {
  console.log(`\n— ${name}`);
  const started = Date.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [file, ...args], { cwd: root, stdio: 'inherit' });
    child.on('error', (error) => {
      console.error(error.message);
      resolve(false);
    });
    child.on('close', (code) => {
      const seconds = ((Date.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? '✓' : '✗'} ${name} (${seconds} s)`);
      resolve(code === 0);
    });
  });
}

function summary() {
  if (!existsSync(report)) return;
  const results = JSON.parse(readFileSync(report, 'utf8'));
  const skipped = results.numPendingTests > 0 ? `, ${results.numPendingTests} skipped` : '';
  console.log(`\n${results.numPassedTests} passed, ${results.numFailedTests} failed${skipped}`);
}

rmSync(report, { force: true });
if (!(await isInstalled())) {
  console.log('Installing packages (npm ci), this takes about a minute …');
  await install();
}

let ok = true;
if (filters.length > 0) {
  ok = await run(['tests', vitest, 'run', ...filters]);
} else {
  for (const step of steps) {
    ok = await run(step);
    if (!ok) break;
  }
}
summary();
process.exitCode = ok ? 0 : 1;
