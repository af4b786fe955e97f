/**
 * Measures the variants in turn, forwards in even rounds and backwards in odd ones, so that what
 * changes on the machine meanwhile meets all of them.
 */
export async function inRounds(rounds, names, measure) {
  const all = [];
  for (let round = 0; round < rounds; round++) {
    const results = {};
    for (const name of round % 2 === 0 ? names : names.toReversed()) {
      results[name] = await measure(name);
      process.stderr.write('.');
    }
    all.push(results);
  }
  process.stderr.write('\n');
  return all;
}
