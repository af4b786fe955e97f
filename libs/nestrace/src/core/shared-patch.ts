/** A method of which nothing is known. */
export type AnyMethod = (this: never, ...args: never[]) => unknown;

/**
 * A method of somebody else's class, replaced for as long as anyone needs it. All applications of
 * a process share it; it must find out by itself which of them a call belongs to.
 */
export class SharedPatch {
  private users = 0;
  private original: PropertyDescriptor | undefined;
  private replacement: AnyMethod | undefined;

  constructor(
    private readonly target: object,
    private readonly name: string,
    private readonly replace: (original: AnyMethod) => AnyMethod,
  ) {}

  /** Does nothing where the method does not exist, as in another version of its package. */
  install(): void {
    const descriptor = Object.getOwnPropertyDescriptor(this.target, this.name);
    if (++this.users > 1 || typeof descriptor?.value !== 'function') return;
    this.original = descriptor;
    this.replacement = this.replace(descriptor.value as AnyMethod);
    Object.defineProperty(this.target, this.name, { ...descriptor, value: this.replacement });
  }

  /** The last user takes it away, unless somebody else has put something over it. */
  uninstall(): void {
    if (--this.users > 0 || this.original === undefined) return;
    const present: unknown = Object.getOwnPropertyDescriptor(this.target, this.name)?.value;
    if (present === this.replacement) {
      Object.defineProperty(this.target, this.name, this.original);
    }
    this.original = undefined;
  }
}
