/** `GET api/meta`: who answers, and under which rules. */
export interface PanelMeta {
  readonly service: {
    readonly name: string;
    readonly version?: string;
    readonly environment: string;
    readonly instanceId?: string;
  };
  /** Version of nestrace. */
  readonly version: string;
  /** Another one after every start of the process: what was known before is gone then. */
  readonly bootId: string;
  readonly pid: number;
  readonly nodeVersion: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly recording: RecordingState;
  readonly capture: CaptureState;
  readonly limits: PanelLimits;
  /** From this duration on a query counts as slow, in milliseconds. */
  readonly slowMs: number;
  readonly nPlusOne: { readonly min: number; readonly minTotalMs: number };
  readonly links: readonly TraceLinkTemplate[];
  /** `vscode://file/{path}:{line}`. */
  readonly editor: string;
  /** Only reading is allowed. */
  readonly readOnly: boolean;
  /** A command that makes the first trace: `curl http://localhost:3000/users`. */
  readonly tryIt?: string;
  /** Spans of other services: where they come in, or where ours go to. */
  readonly hub?: HubState;
  /** Attribute keys that were seen, for suggestions; the most frequent first. */
  readonly attributeKeys: readonly string[];
}

/** Why traces come or do not come. */
export interface RecordingState {
  readonly state: 'recording' | 'off' | 'foreign-sdk' | 'not-sampling' | 'partly-sampling';
  /** One sentence, where it is not all well; names the option or variable that decides. */
  readonly reason?: string;
}

export interface CaptureState {
  readonly paused: boolean;
  /** Why it paused by itself, as a sentence. */
  readonly autoPaused?: string;
}

export interface PanelLimits {
  readonly maxTraces: number;
  readonly maxBytes: number;
  readonly maxSpansPerTrace: number;
  readonly maxValueLength: number;
}

/** `{traceId}` and `{spanId}` stand for the ids in hexadecimal. */
export interface TraceLinkTemplate {
  readonly name: string;
  readonly url: string;
}

export interface HubState {
  /** `hub`: other services send here. `sibling`: this one sends to the hub of another process. */
  readonly role: 'hub' | 'sibling' | 'waiting' | 'blocked';
  /** Where spans are taken, `http://127.0.0.1:4318`. */
  readonly url: string;
  /** The panel of the hub, where that is another process. */
  readonly panelUrl?: string;
  /** What is in the way, as a sentence. */
  readonly problem?: string;
  readonly requests: number;
  readonly spans: number;
  readonly rejected: number;
  readonly services: readonly string[];
}
