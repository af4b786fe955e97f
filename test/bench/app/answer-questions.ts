import type { INestApplication } from '@nestjs/common';
import { longestBlock } from './longest-block.js';

/** Answers what `run.mjs` asks over the channel of this process. */
export function answerQuestions(app: INestApplication, flush: () => Promise<void>): void {
  const answers: Record<string, () => unknown> = {
    usage() {
      const { user, system } = process.cpuUsage();
      return { cpuUs: user + system, rssBytes: process.memoryUsage.rss() };
    },
    memory() {
      globalThis.gc?.();
      return process.memoryUsage();
    },
    async block() {
      return { blockMs: await longestBlock(flush) };
    },
    async close() {
      await app.close();
      return {};
    },
  };
  process.on('message', (question: string) => {
    void (async () => {
      process.send?.(await answers[question]?.());
      if (question === 'close') process.disconnect();
    })();
  });
}
