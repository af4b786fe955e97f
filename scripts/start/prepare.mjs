import { build } from '../build.mjs';
import { ExpectedError } from '../expected-error.mjs';
import { checkNode } from './check-node.mjs';
import { install, isInstalled } from './install.mjs';
import { findPortProblems } from './ports.mjs';

/** Finds out, fetches and builds all that is needed before a service can run. */
export async function prepare(services, say, signal) {
  await checkNode();
  const problems = await findPortProblems(services);
  if (problems.length > 0) throw new ExpectedError(problems.join('\n'));
  if (!(await isInstalled())) {
    say('Installing packages (npm ci), this takes about a minute …');
    await install(signal);
  }
  await build({ onBuild: (name) => say(`Building ${name} …`), signal });
}
