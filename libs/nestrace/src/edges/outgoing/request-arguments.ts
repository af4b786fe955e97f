import { defaultPort } from './outgoing-call.js';

/** What we read of the options of `http.request`. */
export interface RequestOptions {
  readonly headers?: unknown;
  readonly hostname?: string | null;
  readonly host?: string | null;
  readonly port?: number | string | null;
  readonly defaultPort?: number | string;
  readonly socketPath?: string | null;
  readonly path?: string | null;
  readonly method?: string;
  readonly protocol?: string | null;
  readonly agent?: unknown;
}

/** The arguments of `http.request`: a URL, options or both, and maybe a callback. */
export class RequestArguments {
  private readonly index: number;

  constructor(private readonly args: readonly unknown[]) {
    this.index = args.findIndex(isOptions);
  }

  get options(): RequestOptions | undefined {
    return this.index === -1 ? undefined : (this.args[this.index] as RequestOptions);
  }

  get url(): URL | undefined {
    const [first] = this.args;
    if (first instanceof URL) return first;
    return typeof first === 'string' && URL.canParse(first) ? new URL(first) : undefined;
  }

  /** The port to connect to. Node's request does not keep it. */
  portFor(protocol: string): number | undefined {
    const { options } = this;
    if (isSet(options?.socketPath) || isSet(agentOf(options)?.options?.socketPath)) {
      return undefined;
    }
    const given = options?.port ?? this.url?.port;
    if (isSet(given)) return Number(given);
    return Number(options?.defaultPort ?? agentOf(options)?.defaultPort) || defaultPort(protocol);
  }

  /** The arguments with other headers. */
  withHeaders(headers: unknown): unknown[] {
    const changed = [...this.args];
    changed[this.index] = { ...this.options, headers };
    return changed;
  }
}

interface AgentFacts {
  readonly defaultPort?: number;
  readonly options?: { readonly socketPath?: string };
}

function agentOf(options: RequestOptions | undefined): AgentFacts | undefined {
  const agent = options?.agent;
  return typeof agent === 'object' && agent !== null ? agent : undefined;
}

function isOptions(argument: unknown): boolean {
  return typeof argument === 'object' && argument !== null && !(argument instanceof URL);
}

/** Node takes what is empty or zero for not given. */
function isSet(value: unknown): boolean {
  return Boolean(value);
}
