import type { ShownException, StackFrame } from '../contract/index.js';
import { sourceLines } from './source-lines.js';
import { parseStack, topInApp } from './stack-frames.js';

/**
 * An exception with its stack in frames. With source it shows the code around the topmost frame of
 * the application; not for spans of others, whose paths mean other files than ours.
 */
export function shownException(
  exception: {
    readonly type: string;
    readonly message: string;
    readonly stack?: string | undefined;
  },
  withSource: boolean,
): ShownException {
  const frames = parseStack(exception.stack ?? '');
  const top = withSource ? topInApp(frames)?.frame : undefined;
  return {
    type: exception.type,
    message: exception.message,
    frames: frames.map(({ frame }) => (frame === top ? withLines(frame) : frame)),
  };
}

function withLines(frame: StackFrame): StackFrame {
  const source = sourceLines(frame.file ?? '', frame.line ?? 0);
  return source === undefined ? frame : { ...frame, source };
}
