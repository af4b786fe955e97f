/** How a span is recorded that the sampler has left out. */
export interface UnsampledRecording {
  /** It is for the panel of this process alone: no other processor shall know of it. */
  readonly staysHere: boolean;
  /** How it ends decides whether it is exported all the same. */
  readonly isCandidate: boolean;
  /** How what is started below it is recorded; undefined where that is not recorded at all. */
  readonly below: UnsampledRecording | undefined;
}

/** The sampler wants a span to be recorded, and nothing below it. */
export const ALONE: UnsampledRecording = {
  staysHere: false,
  isCandidate: false,
  below: undefined,
};

/** For the panel, with everything in it. */
export const FOR_PANEL: UnsampledRecording = {
  staysHere: true,
  isCandidate: false,
  get below() {
    return FOR_PANEL;
  },
};

/** The same, where the sampler asked for the first span. */
export const ALONE_BUT_FOR_PANEL: UnsampledRecording = { ...ALONE, below: FOR_PANEL };

/** The root of a trace that may be kept. */
export const ROOT: UnsampledRecording = { staysHere: false, isCandidate: true, below: undefined };

/** The same; what is below is shown in the panel and never exported. */
export const ROOT_BUT_FOR_PANEL: UnsampledRecording = { ...ROOT, below: FOR_PANEL };

/** A trace that may be kept with everything in it. */
export const WHOLE: UnsampledRecording = {
  staysHere: false,
  isCandidate: true,
  get below() {
    return WHOLE;
  },
};

/** Decides what is recorded of the traces the sampler leaves out. */
export class UnsampledTraces {
  constructor(
    /** The panel shows them. */
    private readonly panel: boolean,
    /** Some of them are exported all the same. */
    private readonly keeper?: { readonly keepsWhole: boolean; hasRoom(): boolean },
  ) {}

  /** Of one that begins in this process. */
  ofRoot(): UnsampledRecording | undefined {
    if (this.keeper === undefined) return this.panel ? FOR_PANEL : undefined;
    if (this.keeper.keepsWhole && this.keeper.hasRoom()) return WHOLE;
    return this.panel ? ROOT_BUT_FOR_PANEL : ROOT;
  }

  /** Of a span the sampler wants to be recorded and not to be exported. */
  ofRecorded(): UnsampledRecording {
    return this.panel ? ALONE_BUT_FOR_PANEL : ALONE;
  }
}
