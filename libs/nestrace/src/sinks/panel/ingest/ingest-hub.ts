import type { ResolvedIngestOptions } from '../../../config/panel-ingest.options.js';
import { noteFailure } from '../../../core/failures.js';
import type { OperationsLog } from '../../../core/operations-log.js';
import { ATTR_SERVICE_INSTANCE_ID } from '../../../pipeline/attributes.js';
import type { ReadingLimits } from '../../../pipeline/otlp-reading/reading.js';
import type { StoredSpan } from '../../../pipeline/span-store/stored-span.js';
import { VERSION } from '../../../version.js';
import type { HubState } from '../contract/meta.js';
import { findHub, ingestUrl, type Found } from './find-hub.js';
import { OtlpReceiver } from './otlp-receiver.js';
import { SpanForwarder } from './span-forwarder.js';

/** How soon a hub that is gone is replaced. */
const LOOK_AGAIN_MS = 5000;
/** Services that belong together are started together: the hub will be there in a moment. */
const LOOK_EARLY_MS = 500;
const EARLY_LOOKS = 20;

const MAX_SERVICES = 64;

export interface IngestParts {
  readonly options: Pick<ResolvedIngestOptions, 'host' | 'port' | 'token' | 'role'>;
  readonly limits: ReadingLimits;
  readonly service: { readonly name: string; readonly instanceId: string };
  /** Takes spans of other processes and counts those it took. */
  readonly receive: (spans: readonly StoredSpan[]) => number;
  readonly panelUrl: () => string | undefined;
  readonly log: OperationsLog;
  readonly lookAgainMs?: number;
}

/** What is known of the others; the counts are added when somebody asks. */
type Place = Pick<HubState, 'role' | 'panelUrl' | 'problem'>;

/**
 * Brings the spans of several services into one panel. Whoever has the port takes the spans of all,
 * the others send theirs there; when that one ends, another takes its place.
 */
export class IngestHub {
  /** To be given every span of this process. Does nothing while this is the hub. */
  readonly forwarder: SpanForwarder;
  private readonly url: string;
  private readonly stopping = new AbortController();
  private place: Place = { role: 'waiting' };
  private receiver: OtlpReceiver | undefined;
  private timer: NodeJS.Timeout | undefined;
  private earlyLooks = 0;
  private spans = 0;
  private rejected = 0;
  private readonly services = new Set<string>();

  constructor(private readonly parts: IngestParts) {
    this.url = ingestUrl(parts.options);
    this.forwarder = new SpanForwarder(parts.options.token, parts.log);
  }

  get state(): HubState {
    const isHub = this.receiver !== undefined;
    return {
      ...this.place,
      url: this.url,
      requests: this.receiver?.requests ?? 0,
      spans: isHub ? this.spans : this.forwarder.sent,
      rejected: isHub ? this.rejected : this.forwarder.lost,
      services: [...this.services],
    };
  }

  /** Finds its place; nothing has to wait for that. Never rejects. */
  async start(): Promise<void> {
    try {
      await this.findPlace();
    } catch (error) {
      noteFailure('panel.ingest', error);
    }
    if (this.receiver !== undefined || this.isStopped) return;
    clearTimeout(this.timer);
    const isEarly = this.place.role === 'waiting' && this.earlyLooks++ < EARLY_LOOKS;
    if (!isEarly) this.forwarder.stopWaiting();
    const again = this.parts.lookAgainMs ?? (isEarly ? LOOK_EARLY_MS : LOOK_AGAIN_MS);
    this.timer = setTimeout(() => void this.start(), again).unref();
  }

  /** Takes nothing any more. What this process still sends, ends with the `forwarder`. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.forwarder.stopWaiting();
    clearTimeout(this.timer);
    const { receiver } = this;
    this.receiver = undefined;
    this.place = { role: 'waiting' };
    await receiver?.close();
  }

  private get isStopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /**
   * Asks before it takes the port: on some systems one can listen beside a collector that listens
   * on all addresses, and take its spans away.
   */
  private async findPlace(): Promise<void> {
    const found = await this.find();
    if (found.kind !== 'nobody' || this.parts.options.role === 'sibling') {
      await this.settle(found);
    } else if (!(await this.becomeHub())) {
      await this.settle(await this.find());
    }
  }

  private find(): Promise<Found> {
    return findHub(this.url, this.parts.options.token, this.stopping.signal);
  }

  /** Whether there is nothing left to find: not so where another one was faster. */
  private async becomeHub(): Promise<boolean> {
    if (this.isStopped) return true;
    const { options, limits, service, panelUrl, log } = this.parts;
    const receiver = new OtlpReceiver({
      options,
      limits,
      receive: this.receive,
      info: () => {
        const url = panelUrl();
        const info = { nestrace: VERSION, service: service.name, pid: process.pid };
        return url === undefined ? info : { ...info, panelUrl: url };
      },
    });
    try {
      await receiver.listen();
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      if (code === 'EADDRINUSE') return false;
      this.block(`The panel cannot take spans of other services at ${this.url}: ${message}.`);
      return true;
    }
    if (this.isStopped) {
      await receiver.close();
      return true;
    }
    this.receiver = receiver;
    this.forwarder.stopSending();
    this.forwarder.stopWaiting();
    this.place = { role: 'hub' };
    log.debug(`The panel takes spans of other services at ${this.url}.`);
    return true;
  }

  private async settle(found: Found): Promise<void> {
    if (this.isStopped) return;
    switch (found.kind) {
      case 'hub':
        await this.becomeSibling(found);
        break;
      case 'nobody':
        this.forwarder.stopSending();
        this.place = { role: 'waiting' };
        break;
      case 'locked':
        this.block(
          `The panel of another process takes spans at ${this.url}, but wants another token. ` +
            `Give all of them the same panel.ingest.token.`,
        );
        break;
      case 'silent':
        // A hub that is busy is still the hub.
        if (this.place.role !== 'sibling') this.blockedByOthers();
        break;
      case 'foreign':
        this.blockedByOthers();
        break;
      default:
        found satisfies never;
    }
  }

  private async becomeSibling(hub: Extract<Found, { kind: 'hub' }>): Promise<void> {
    const { options, log } = this.parts;
    if (options.role === 'hub') {
      this.block(
        `The panel of "${hub.service}" takes spans at ${this.url} already. ` +
          `Set panel.ingest.role to "auto" to send spans there, or choose another panel.ingest.port.`,
      );
      return;
    }
    if (this.place.role !== 'sibling') {
      log.debug(`Spans also go to the panel of "${hub.service}" at ${this.url}.`);
    }
    const { panelUrl } = hub;
    this.place = { role: 'sibling', ...(panelUrl !== undefined && { panelUrl }) };
    await this.forwarder.sendTo(this.url);
  }

  private blockedByOthers(): void {
    const { port } = this.parts.options;
    this.block(
      `Port ${port} is taken by something else, an OpenTelemetry collector perhaps: the panel takes ` +
        `no spans of other services. Choose another port with panel.ingest.port, for all of them.`,
    );
  }

  private block(problem: string): void {
    this.forwarder.stopSending();
    if (this.place.problem !== problem) this.parts.log.warn(problem);
    this.place = { role: 'blocked', problem };
  }

  /** An exporter of this process may send here too; the panel knows better what it has seen itself. */
  private readonly receive = (received: readonly StoredSpan[], rejected: number): void => {
    const { receive, service } = this.parts;
    const foreign = received.filter(({ source }) => {
      const instance = source.resource[ATTR_SERVICE_INSTANCE_ID];
      return source.service !== service.name || instance !== service.instanceId;
    });
    for (const { source } of foreign) {
      if (this.services.size < MAX_SERVICES) this.services.add(source.service);
    }
    const taken = receive(foreign);
    this.spans += taken;
    this.rejected += rejected + foreign.length - taken;
  };
}
