/** So many removals are remembered; who asks less often reads everything again. */
const MAX_REMEMBERED = 2000;

/** Which traces are gone, and since when. */
export class Removals {
  private log: { readonly seq: number; readonly traceId: string }[] = [];
  /** Everything up to here may have been forgotten. */
  private forgottenUntil = 0;
  private readonly evicted = new Set<string>();

  add(seq: number, traceId: string, isEviction: boolean): void {
    this.log.push({ seq, traceId });
    if (isEviction) this.evicted.add(traceId);
    if (this.log.length <= MAX_REMEMBERED) return;
    const forgotten = this.log.splice(0, MAX_REMEMBERED / 2);
    this.forgottenUntil = forgotten.at(-1)?.seq ?? 0;
    for (const { traceId: id } of forgotten) this.evicted.delete(id);
  }

  wasEvicted(traceId: string): boolean {
    return this.evicted.has(traceId);
  }

  /** Undefined where not all of it is known any more. */
  since(seq: number): string[] | undefined {
    if (seq < this.forgottenUntil) return undefined;
    return this.log.filter((removal) => removal.seq > seq).map(({ traceId }) => traceId);
  }
}
