/** What the analysis of traces needs of the options. */
export interface AnalysisSettings {
  /** Milliseconds from which a query counts as slow. */
  readonly slowMs: number;
  readonly nPlusOne: {
    /** The same statement so many times below one method. */
    readonly min: number;
    /** And together not less than these milliseconds. */
    readonly minTotalMs: number;
  };
  /** Paths of requests that only ask whether the application is there; `*` stands for anything. */
  readonly probePaths: readonly string[];
}

/** What load balancers and orchestrators ask for, below a global prefix as well. */
export const PROBE_PATHS: readonly string[] = [
  '/health',
  '/health/*',
  '/healthz',
  '/livez',
  '/readyz',
  '*/health',
  '*/healthz',
  '*/livez',
  '*/readyz',
];
