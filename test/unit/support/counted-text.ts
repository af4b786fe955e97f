/** A text that counts how often somebody looks at it. */
export class CountedText {
  looks = 0;
  /** To be given where a string is expected. */
  readonly text: string;

  constructor(text: string) {
    const look = (key: PropertyKey): unknown => {
      this.looks++;
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- any member of a string
      const member: unknown = (text as unknown as Record<PropertyKey, unknown>)[key];
      if (typeof member !== 'function') return member;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(member, text, args);
        // A search has looked at everything up to what it found.
        if (key === 'indexOf') {
          this.looks += (result === -1 ? text.length : Number(result)) - Number(args[1] ?? 0);
        }
        return result;
      };
    };
    this.text = new Proxy(Object(text) as object, {
      get: (_target, key) => look(key),
    }) as unknown as string;
  }
}
