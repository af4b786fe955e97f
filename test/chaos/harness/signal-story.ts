import type { SignalScene } from './scene.js';

/** A signal at one moment of the life of a process. */
export interface SignalStory {
  readonly name: string;
  readonly signal: NodeJS.Signals;
  /** Ends when the signal was sent, and with it everything the story does. */
  act(scene: SignalScene): Promise<void>;
  /** All spans have to be with the backend in the end. */
  readonly delivers: boolean;
}
