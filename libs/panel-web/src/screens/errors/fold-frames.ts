import type { StackFrame } from '../../../../nestrace/src/sinks/panel/contract/index.js';

/** Frames of the application one by one, and those between them as a whole. */
export type FramePart =
  | { readonly kind: 'own'; readonly frame: StackFrame }
  | { readonly kind: 'others'; readonly frames: readonly StackFrame[] };

export function foldFrames(frames: readonly StackFrame[]): FramePart[] {
  const parts: FramePart[] = [];
  let others: StackFrame[] = [];
  for (const frame of frames) {
    if (!frame.inApp) {
      if (others.length === 0) parts.push({ kind: 'others', frames: others });
      others.push(frame);
      continue;
    }
    others = [];
    parts.push({ kind: 'own', frame });
  }
  return parts;
}
