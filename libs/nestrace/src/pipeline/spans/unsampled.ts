/** How a span is recorded that the sampler has left out. */
export interface UnsampledRecording {
  /** It is for the panel of this process alone: no other processor shall know of it. */
  readonly staysHere: boolean;
  /** How it ends decides whether it is exported all the same. */
  readonly isCandidate: boolean;
  /** The panel shows it, whatever becomes of it. */
  readonly isShown: boolean;
  /** How what is started below it is recorded; undefined where that is not recorded at all. */
  readonly below: UnsampledRecording | undefined;
}

/** For the panel, with everything in it. */
const FOR_PANEL: UnsampledRecording = {
  staysHere: true,
  isCandidate: false,
  isShown: true,
  get below() {
    return FOR_PANEL;
  },
};

/** The sampler wants a span to be recorded, and nothing below it. */
export const ALONE: UnsampledRecording = {
  staysHere: false,
  isCandidate: false,
  isShown: true,
  below: undefined,
};

/** The root of a trace that may be kept. */
const ROOT: UnsampledRecording = {
  staysHere: false,
  isCandidate: true,
  isShown: false,
  below: undefined,
};

/** A trace that may be kept with everything in it. */
const WHOLE: UnsampledRecording = {
  staysHere: false,
  isCandidate: true,
  isShown: false,
  get below() {
    return WHOLE;
  },
};

/** The same for a process with a panel that shows what is not sampled. */
const SHOWN_ALONE: UnsampledRecording = { ...ALONE, below: FOR_PANEL };
const SHOWN_ROOT: UnsampledRecording = { ...ROOT, isShown: true, below: FOR_PANEL };
const SHOWN_WHOLE: UnsampledRecording = {
  staysHere: false,
  isCandidate: true,
  isShown: true,
  get below() {
    return SHOWN_WHOLE;
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
    if (this.keeper.keepsWhole && this.keeper.hasRoom()) return this.panel ? SHOWN_WHOLE : WHOLE;
    return this.panel ? SHOWN_ROOT : ROOT;
  }

  /** Of a span the sampler wants to be recorded and not to be exported. */
  ofRecorded(): UnsampledRecording {
    return this.panel ? SHOWN_ALONE : ALONE;
  }
}
