/** What a process writes while something runs, without showing it. */
export class CapturedOutput {
  private text = '';
  private readonly originals = [process.stdout.write, process.stderr.write] as const;

  constructor() {
    const take = (chunk: string | Uint8Array): boolean => {
      this.text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
      return true;
    };
    process.stdout.write = take;
    process.stderr.write = take;
  }

  get lines(): readonly string[] {
    return this.text.split('\n').filter((line) => line !== '');
  }

  lineWith(part: string): string {
    const found = this.lines.filter((line) => line.includes(part));
    if (found.length !== 1) throw new Error(`${found.length} lines with "${part}":\n${this.text}`);
    return found[0] as string;
  }

  clear(): void {
    this.text = '';
  }

  release(): void {
    [process.stdout.write, process.stderr.write] = this.originals;
  }
}
