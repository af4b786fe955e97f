const KEY = 'nestrace-panel-token';

/**
 * Takes the token out of an address like `#token=…`, so that it neither stays in the address bar nor
 * goes into the history, and keeps it for this tab.
 */
export function takeToken(): void {
  const match = /^#token=([^&]+)/.exec(location.hash);
  if (match?.[1] === undefined) return;
  write(decodeURIComponent(match[1]));
  history.replaceState(undefined, '', location.pathname + location.search);
}

export function token(): string | undefined {
  try {
    return sessionStorage.getItem(KEY) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Storage may be forbidden; the panel then works without a token, or says that it was refused. */
function write(value: string): void {
  try {
    sessionStorage.setItem(KEY, value);
  } catch {
    // Nothing to do.
  }
}
