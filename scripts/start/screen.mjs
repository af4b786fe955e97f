const SPAN_LINE = '{"traceId":';

/** What Nest tells about itself while it starts. */
const START_UP_CHATTER =
  /\bLOG\S* \S*\[(NestFactory|InstanceLoader|RoutesResolver|RouterExplorer|NestApplication)\]/;

/** Both services send to one collector; what keeps it from them is worth one line. */
const UNDELIVERED = /Spans cannot be delivered to .*/;

const CODES = { bold: [1, 22], dim: [2, 22], red: [31, 39], cyan: [36, 39], magenta: [35, 39] };

/** Writes to the terminal, or to whatever takes its place. */
export class Screen {
  #json;
  #afterBlankLine = false;
  /** Which service was the first to say it. */
  #undelivered = new Map();

  /** @param format `tree`, or `json` for the bare lines: then all else goes to the error output */
  constructor(format) {
    this.#json = format === 'json';
    this.colors = process.stdout.hasColors?.() ?? false;
  }

  say(text = '') {
    (this.#json ? process.stderr : process.stdout).write(`${text}\n`);
    this.#afterBlankLine = text.endsWith('\n');
  }

  complain(text) {
    process.stderr.write(`${this.paint('red', text)}\n`);
  }

  paint(style, text) {
    const [on, off] = CODES[style];
    return this.colors ? `\u001b[${on}m${text}\u001b[${off}m` : text;
  }

  /** Shows a line a service has printed, or returns the span it carries. */
  line({ name, color }, text) {
    const span = readSpan(text);
    if (span !== undefined) {
      if (!this.#json) return span;
      process.stdout.write(`${text}\n`);
    } else if (!START_UP_CHATTER.test(text) && !this.#isEcho(name, text)) {
      this.say(`${this.paint(color, name.padEnd(9))} │ ${text}`);
    }
    return undefined;
  }

  /** Whether the other service has said the same before. */
  #isEcho(name, text) {
    const warning = UNDELIVERED.exec(text)?.[0];
    if (warning === undefined) return false;
    if (!this.#undelivered.has(warning)) this.#undelivered.set(warning, name);
    return this.#undelivered.get(warning) !== name;
  }

  trace(formatTrace, spans, isLate) {
    const root = spans.find((span) => span.parentSpanId === undefined);
    const isRequest = root?.kind === 'SERVER' || root === undefined;
    if (isRequest || isLate || spans.some(hasFailed)) {
      const title = isLate ? 'A late part of a trace above:\n' : '';
      const tree = formatTrace(spans, {
        colors: this.colors,
        // Some terminals claim to have no columns at all.
        width: process.stdout.columns || 120,
      });
      this.say(`${this.#afterBlankLine ? '' : '\n'}${title}${tree}`);
    } else {
      this.say(this.paint('dim', summary(root, spans.length)));
    }
  }
}

function readSpan(line) {
  if (!line.startsWith(SPAN_LINE)) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    // Cut off in the middle: its service was killed.
    return undefined;
  }
}

function hasFailed(span) {
  return span.status.code === 'ERROR';
}

/** Start-up and background work: what most of the time nobody wants to read. */
function summary({ service, name, traceId, durationMs }, count) {
  const spans = `${count} ${count === 1 ? 'span' : 'spans'}`;
  return `${service.padEnd(9)} │ ${name}  ${spans}  ${durationMs.toFixed(1)} ms  trace ${traceId}`;
}
