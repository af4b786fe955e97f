/** Every screen: its file, its address, and what has to be there or be done before the picture. */
export function screensOf({ loop, failure, purchase }) {
  const shows = (text) => (page) => page.getByText(text).first().waitFor();
  return [
    { name: 'list', hash: '#/traces', prepare: shows('POST') },
    { name: 'routes', hash: '#/traces?group=route', prepare: shows('p95') },
    { name: 'trace', hash: `#/trace/${purchase}`, prepare: shows('StockService.reserve') },
    {
      name: 'span',
      hash: `#/trace/${purchase}`,
      prepare: async (page) => {
        await page
          .getByRole('row', { name: /inventory UPDATE/ })
          .first()
          .click();
        await page.getByRole('complementary').getByText('db.query.text').waitFor();
      },
    },
    { name: 'n-plus-one', hash: `#/trace/${loop}?tab=sql`, prepare: shows('N+1') },
    {
      name: 'propagation',
      hash: `#/trace/${purchase}?tab=propagation`,
      prepare: shows('has gone on'),
    },
    { name: 'trace-errors', hash: `#/trace/${failure}?tab=errors`, prepare: shows('not mounted') },
    { name: 'sql', hash: '#/sql', prepare: shows('Statements') },
    { name: 'errors', hash: '#/errors', prepare: shows('not mounted') },
    {
      name: 'error',
      hash: '#/errors',
      prepare: async (page) => {
        await page.getByRole('link', { name: /not mounted/ }).click();
        await page.getByText('All errors').waitFor();
      },
    },
    { name: 'export', hash: '#/export', prepare: shows('works') },
    { name: 'settings', hash: '#/settings', prepare: shows('Limits') },
  ];
}
