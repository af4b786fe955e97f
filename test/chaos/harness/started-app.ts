import type { AppQuestion, AppState } from '../app/app.entry.js';
import type { AppSettings } from '../app/settings.js';
import { Child } from './child.js';
import type { Programs } from './programs.js';

/** On a machine that is busy with other things. */
const START_MS = 60_000;

/** The application under test. */
export class StartedApp extends Child<AppQuestion> {
  url = '';

  constructor(programs: Programs, settings: AppSettings, { canSetClock = false } = {}) {
    super('the application', programs.app, {
      env: { CHAOS_APP: JSON.stringify(settings) },
      nodeOptions: [
        '--expose-gc',
        '--trace-warnings',
        ...(canSetClock ? ['--import', programs.clock] : []),
      ],
    });
  }

  async listening(): Promise<void> {
    this.url = String((await this.waitForEvent('listening', START_MS))['url']);
  }

  state(): Promise<AppState> {
    return this.ask({ ask: 'state' });
  }

  /** Bytes in use after everything that can be collected was. */
  heap(): Promise<number> {
    return this.ask({ ask: 'heap' });
  }

  /** What nestrace has said about its work, without the line it starts with. */
  said(): readonly string[] {
    return [...this.lines, ...this.errorLines()]
      .filter(({ context, level }) => context === 'OtelModule' && level !== undefined)
      .map(({ level, message }) => `${level} ${message}`)
      .filter((line) => !line.startsWith('log OpenTelemetry tracing enabled'));
  }

  /** What went to the standard error and is no line of a log, which should be nothing. */
  outcry(): string {
    return this.errorLines()
      .filter(({ context }) => context !== 'OtelModule')
      .map(({ message }) => message)
      .join('\n');
  }
}
