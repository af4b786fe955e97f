import { otlpDocument, type DocumentSpan } from './otlp-document.js';

export const HOSTILE_TRACE_ID = 'bad0'.repeat(8);

/** A page that took one of them for markup would run something, load something, or show a dialog. */
export const HOSTILE_TEXTS: readonly string[] = [
  '<img src=x onerror=alert(1)>',
  '<script>alert(2)</script>',
  '"><svg onload=alert(3)>',
  "';alert(4);//",
  '</title><style>*{display:none}</style>',
  'javascript:alert(5)',
  'data:text/html,<script>alert(6)</script>',
  '[link](javascript:alert(7))',
  '{{constructor.constructor("alert(8)")()}}',
  '\u001b[31mred\u001b]8;;https://evil.test\u0007link\u001b[0m',
  'admin\u202Etxt.exe\u2066',
  'zero\u200bwidth\u0000null',
  '\r\nSet-Cookie: a=1',
  '%3Cimg src=x onerror=alert(9)%3E',
  '__proto__',
  `long ${'x'.repeat(10_000)} <b>end</b>`,
];

const STACK = `TypeError: <img src=x onerror=alert(10)>
    at <script>alert(11)</script> (javascript:alert(12):1:1)
    at Books.lend (/app/src/<img src=x onerror=alert(13)>.ts:4:2)
    at load (https://evil.test/x.js:1:1)`;

const id = (at: number): string => (at + 1).toString(16).padStart(16, '0');

/** A trace in which every text is one of them. */
export function hostileDocument(): string {
  const spans = HOSTILE_TEXTS.flatMap((text, at): DocumentSpan[] => [
    {
      spanId: id(at * 2),
      ...(at > 0 && { parentSpanId: id(0) }),
      name: text,
      startMs: at,
      durationMs: HOSTILE_TEXTS.length - at,
      traceState: `vendor=${text.replaceAll(/[^\x20-\x7e]|[,=]/g, '').slice(0, 200)}`,
      statusMessage: text,
      attributes: {
        [text]: text,
        'http.request.method': text,
        'http.route': text,
        'url.full': text,
        'code.file.path': text,
        'code.function.name': text,
        'nest.type': text,
      },
      events: [
        { name: text, attributes: { [text]: text } },
        {
          name: 'exception',
          attributes: {
            'exception.type': text,
            'exception.message': text,
            'exception.stacktrace': STACK,
          },
        },
      ],
    },
    {
      spanId: id(at * 2 + 1),
      parentSpanId: id(at * 2),
      name: 'SELECT',
      startMs: at,
      durationMs: 0.5,
      kind: 3,
      attributes: {
        'db.system.name': text,
        'db.query.text': `SELECT ${text} FROM books WHERE title = '${text}'`,
        'db.query.summary': text,
      },
    },
  ]);
  return otlpDocument(HOSTILE_TRACE_ID, '<img src=x onerror=alert(14)>', spans);
}
