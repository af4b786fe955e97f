/**
 * Where the panel of an application is. Edges ask it, to leave the panel out of the traces and to
 * link to it; whoever serves the panel tells it.
 */
export class PanelAddress {
  /** From the root of the server, without a slash at the end: `/api/_otel`. */
  path: string | undefined;
  /** As somebody at this machine would type it; nothing before the application listens. */
  url: () => string | undefined = () => undefined;

  /** Whether a request for this path is one for the panel. To Express letter case makes no difference. */
  owns(path: string): boolean {
    const own = this.path;
    if (own === undefined || (path.length !== own.length && path[own.length] !== '/')) return false;
    return path.startsWith(own) || path.slice(0, own.length).toLowerCase() === own.toLowerCase();
  }
}
