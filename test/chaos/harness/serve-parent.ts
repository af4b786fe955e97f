interface Asked<Q> {
  readonly id: number;
  readonly question: Q;
}

type Answer<Q> = (question: Q) => unknown;

/** Answers what the process that started this one asks, which needs not keep this one alive. */
export function serveParent<Q>(
  answer: Answer<Q>,
  { keepsAlive = true }: { readonly keepsAlive?: boolean } = {},
): void {
  process.on('message', ({ id, question }: Asked<Q>) => {
    void (async () => {
      try {
        process.send?.({ id, answer: await answer(question) });
      } catch (error) {
        process.send?.({ id, error: (error as Error).stack });
      }
    })();
  });
  if (keepsAlive) process.on('disconnect', () => process.exit());
  else process.channel?.unref();
}
