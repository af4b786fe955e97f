import { execFileSync } from 'node:child_process';
import { ExpectedError } from '../../../scripts/expected-error.mjs';
import { pinLoad, startReceiver } from './processes.mjs';
import { readSettings } from './settings.mjs';
import { table } from './table.mjs';

/**
 * Runs the suite that was asked for and prints what it has found.
 *
 * @param parts.usual variants of a suite when none are named
 * @param parts.prepare builds or installs what is measured
 * @param parts.formats modules of wire formats besides OTLP
 * @param parts.node what the servers run on
 * @param parts.about what else is in the report
 */
export async function bench(parts) {
  const { suites, variants, usual, formats = [], node = () => process.execPath, about } = parts;
  try {
    const { suite, settings, names, routes } = readSettings(suites, variants, usual);
    const tables = [];
    const show = (title, rows) => {
      tables.push({ title, rows });
      if (!settings.json) console.log(`\n${title}\n\n${table(rows)}`);
    };
    await parts.prepare();
    pinLoad();
    const receiver = await startReceiver({
      BENCH_PROTOCOL: settings.protocol,
      BENCH_FORMATS: JSON.stringify(formats),
      BENCH_KEEPS: suite.receiverKeeps ?? 'yes',
    });
    try {
      const ran = { node: versionOf(node()), ...about?.(), ...settings };
      if (!settings.json) console.log(JSON.stringify(ran));
      const raw = await suite.run({
        variants,
        names,
        routes,
        settings,
        receiver,
        node: node(),
        show,
      });
      if (settings.json) console.log(JSON.stringify({ ran, tables, raw }, undefined, 2));
    } finally {
      if (receiver.child.connected) receiver.child.disconnect();
    }
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}

function versionOf(node) {
  return execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
}
