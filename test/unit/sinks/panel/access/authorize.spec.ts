import { describe, expect, it } from 'vitest';
import { authorized } from '../../../../../libs/nestrace/src/sinks/panel/access/authorize.js';
import { unhandledDuring } from '../../../support/unhandled-during.js';

describe('authorize', () => {
  it('lets in what it says yes to, and everybody where it is not there', async () => {
    expect(await authorized(undefined, {})).toBeUndefined();
    expect(
      await authorized((request: { ok: boolean }) => request.ok, { ok: true }),
    ).toBeUndefined();
    expect(await authorized(() => Promise.resolve(true), {})).toBeUndefined();
  });

  it('says no for one that never answers', async () => {
    const never = (): Promise<boolean> => new Promise(() => {});
    expect((await authorized(never, {}, 5))?.status).toBe(403);
  });

  it('leaves no rejection behind that comes too late', async () => {
    let fail = (): void => {};
    const late = (): Promise<boolean> =>
      new Promise((_resolve, reject) => (fail = () => reject(new Error('late'))));
    expect((await authorized(late, {}, 5))?.status).toBe(403);
    const unhandled = await unhandledDuring(() => fail());
    expect(unhandled).toEqual([]);
  });
});
