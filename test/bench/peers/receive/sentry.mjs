/** Envelopes: lines of JSON, each item a line about it and one with it. */
export const format = {
  accepts: (path) => /^\/api\/\d+\/envelope\/$/.test(path),
  answer: { type: 'application/json', body: '{}' },
  spansOf: (body) => {
    const [, ...lines] = body.toString().split('\n');
    return lines.flatMap((line, index) =>
      index % 2 === 0 && line !== '' && JSON.parse(line).type === 'transaction'
        ? spansIn(JSON.parse(lines[index + 1]))
        : [],
    );
  },
};

function spansIn({ transaction, spans }) {
  return [
    { name: transaction, isRoot: true },
    ...spans.map(({ op, description }) => ({ name: `${op} ${description}`, isRoot: false })),
  ];
}
