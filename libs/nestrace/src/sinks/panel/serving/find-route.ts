interface Route {
  /** Segments between slashes; one that begins with a colon stands for any. */
  readonly path: string;
}

/**
 * Finds what is asked for by the segments of a path. The router of the application could do that as
 * well, but it writes a line into the log for every route it is given.
 */
export function findRoute<T extends Route>(
  routes: readonly T[],
  segments: readonly string[],
): { readonly route: T; readonly params: Readonly<Record<string, string>> } | undefined {
  for (const route of routes) {
    const wanted = route.path.split('/');
    const isThis =
      wanted.length === segments.length &&
      wanted.every((segment, index) => segment.startsWith(':') || segment === segments[index]);
    if (!isThis) continue;
    const named = wanted.flatMap((segment, index) =>
      segment.startsWith(':') ? [[segment.slice(1), segments[index] ?? ''] as const] : [],
    );
    return { route, params: Object.fromEntries(named) };
  }
  return undefined;
}
