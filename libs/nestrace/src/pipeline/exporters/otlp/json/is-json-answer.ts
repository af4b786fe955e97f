/** Nothing at all is an answer, too: there was nothing to say. */
export function isJsonAnswer(answer: Uint8Array): boolean {
  if (answer.length === 0) return true;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(answer).toString());
    return typeof parsed === 'object' && parsed !== null;
  } catch {
    return false;
  }
}
