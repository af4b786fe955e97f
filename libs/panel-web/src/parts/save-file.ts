/** Hands a text over to the browser to be saved. */
export function saveFile(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it by the next turn; kept longer, it would stay in memory with the page.
  setTimeout(() => URL.revokeObjectURL(url), 0);
}

/** `orders-api-2026-03-01-14-02-31.json`: no character that a file system minds. */
export function fileName(service: string, ms: number): string {
  const safe = service.replace(/[^\w-]+/g, '-').replace(/^-+|-+$/g, '') || 'traces';
  const stamp = new Date(ms).toISOString().slice(0, 19).replace(/[T:]/g, '-');
  return `${safe}-${stamp}.json`;
}
