/**
 * The long form of the chaos suite: about a quarter of an hour at 500 requests per second.
 *
 *   npm run test:chaos                     all of it
 *   npm run test:chaos -- -t "answers 503"   faults of that name
 *   NESTRACE_TEST_CHAOS_RATE=100 npm run test:chaos   fewer requests, on a machine that is busy
 *
 * Its tables are printed, and written to coverage/chaos.
 */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from '../../scripts/root.mjs';

const vitest = join(root, 'node_modules/vitest/vitest.mjs');

const child = spawn(
  process.execPath,
  [vitest, 'run', '--project', 'chaos', ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, NESTRACE_TEST_CHAOS: 'long' } },
);
child.on('close', (code) => {
  process.exitCode = code ?? 1;
});
