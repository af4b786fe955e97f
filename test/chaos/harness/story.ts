import type { AppSettings, ExporterSetting } from '../app/settings.js';
import type { Scene } from './scene.js';
import type { DoorPlan } from './started-collector.js';

/** One fault, from the first well request to the end of the process. */
export interface Story {
  /** As the table has it. */
  readonly name: string;
  readonly doors: readonly DoorPlan[];
  /** By the port of a door; left out, one for each door, spoken to as it is. */
  readonly exporters?: (port: (door: string) => number) => readonly ExporterSetting[];
  readonly app?: Partial<Pick<AppSettings, 'options' | 'throwingProcessor'>>;
  readonly canSetClock?: boolean;
  /** What happens while requests come in. */
  act(scene: Scene): Promise<void>;
  /** The backend is well at the end: what waits is delivered, nothing is dropped there. */
  readonly endsWell: boolean;
  /** Exporters that have to say that deliveries fail; those of the others must not. */
  readonly failing: number;
  /** How many of them say in the end that they work again. */
  readonly recovering: number;
  /** Answers do not arrive, or too late: what was taken may have been counted as failed. */
  readonly losesAnswers?: boolean;
  /**
   * What one wait of the fault takes. A request or a turn of the event loop that takes as long has
   * waited with it.
   */
  readonly waitMs: number;
  /** The event loop is held up on purpose. */
  readonly blocks?: boolean;
}
