const KEY = { 'x-api-key': 'demo', 'content-type': 'application/json' };
const PAUSE_MS = 120;

/** What a day in the shop looks like. Returns the ids of traces worth a picture, and what ends it. */
export async function sendRequests(url) {
  const send = async (path, options = {}) => {
    const answer = await fetch(url + path, options);
    await answer.arrayBuffer();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return answer.headers.get('x-trace-id');
  };
  const order = (userId, lines, headers = KEY) =>
    send('/orders', { method: 'POST', headers, body: JSON.stringify({ userId, lines }) });

  await send('/users');
  for (const userId of [1, 2, 1]) {
    await order(userId, [{ sku: 'mug', quantity: 1 }]);
    await send(`/users/${userId}/orders`);
  }
  await order(2, [{ sku: 'grinder', quantity: 1 }]);
  await order(2, [{ sku: 'teapot', quantity: 1 }], { 'content-type': 'application/json' });
  await order(1, [{ sku: 'coffee', quantity: 0 }]);
  for (let at = 0; at < 3; at++) await order(1, [{ sku: 'coffee', quantity: at + 1 }]);
  await send('/reports/slow');
  await send('/reports/fail');
  await send('/orders/1');
  await send('/orders/export.csv', { headers: KEY });
  const loop = await send('/users/1/orders/naive');
  await send('/orders/4711');
  const failure = await send('/reports/fail');
  await send('/products');
  const purchase = await order(1, [
    { sku: 'coffee', quantity: 2 },
    { sku: 'mug', quantity: 1 },
  ]);
  await send('/users');
  // Stays open, and is shown in flight.
  const feed = new AbortController();
  await fetch(`${url}/orders/feed`, { headers: KEY, signal: feed.signal });
  return { loop, failure, purchase, end: () => feed.abort() };
}
