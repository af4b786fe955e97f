import type { JSX } from 'preact';

/** Outlines in a square of 16; drawn with the colour of the text around. */
const PATHS = {
  mark: 'M2 3.5h9M4.5 8h9.5M4.5 12.5h5',
  http: 'M2.5 8h11M2.5 8a5.5 5.5 0 0 1 11 0a5.5 5.5 0 0 1-11 0M8 2.5c-3 3.2-3 7.8 0 11c3-3.2 3-7.8 0-11',
  graphql: 'M8 2l5.2 3v6L8 14l-5.2-3V5zM8 2l5.2 9H2.8z',
  rpc: 'M2.5 5.5h9M9 3l2.5 2.5L9 8M13.5 10.5h-9M7 8l-2.5 2.5L7 13',
  queue: 'M2.5 4h11M2.5 8h11M2.5 12h7',
  cron: 'M13.5 8a5.5 5.5 0 1 1-11 0a5.5 5.5 0 0 1 11 0M8 5v3l2 1.5',
  websocket: 'M2.5 6.5l3-3l3 3M5.5 3.5v9M13.5 9.5l-3 3l-3-3M10.5 12.5v-9',
  event: 'M9 2L3.5 9H8l-1 5l5.5-7H8z',
  operation: 'M4 2.5v11l8.5-5.5z',
  lifecycle: 'M8 2v5M4.6 4.2a5.2 5.2 0 1 0 6.8 0',
  other: 'M8 3.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 1 0 0-9',
  database:
    'M3 4c0-1 2.2-1.8 5-1.8S13 3 13 4s-2.2 1.8-5 1.8S3 5 3 4M3 4v8c0 1 2.2 1.8 5 1.8s5-.8 5-1.8V4M3 8c0 1 2.2 1.8 5 1.8S13 9 13 8',
  guard: 'M8 2l5 1.8v4c0 3-2 5-5 6.2c-3-1.2-5-3.2-5-6.2v-4z',
  pipe: 'M2 5.5h5a2 2 0 0 1 2 2v1a2 2 0 0 0 2 2h3M12 8.5l2 2l-2 2',
  interceptor: 'M2.5 8h11M5.5 4.5v7M10.5 4.5v7',
  filter: 'M2.5 3h11L9.5 8v4.5l-3 1V8z',
  handler: 'M8 2l6 6l-6 6l-6-6z',
  method: 'M10.5 2.5c-2 0-2.2 1-2.5 3l-1 5c-.3 2-.8 3-2.5 3M5 7h6',
  outgoing: 'M4.5 11.5l7-7M6 4.5h5.5V10',
  error: 'M4.5 4.5l7 7M11.5 4.5l-7 7',
  check: 'M3 8.5l3.2 3.2L13 4.8',
  warn: 'M8 2.5L14 13H2zM8 6.5v3M8 11.2v.3',
  info: 'M13.5 8a5.5 5.5 0 1 1-11 0a5.5 5.5 0 0 1 11 0M8 7.3v3.4M8 5.2v.3',
  search: 'M11 7a4 4 0 1 1-8 0a4 4 0 0 1 8 0M10 10l3.5 3.5',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  chevron: 'M6 3.5L10.5 8L6 12.5',
  down: 'M3.5 6L8 10.5L12.5 6',
  left: 'M10 3.5L5.5 8l4.5 4.5',
  up: 'M8 13V3.5M4 7.5l4-4l4 4',
  'chevron-up': 'M3.5 10L8 5.5L12.5 10',
  right: 'M6 3.5L10.5 8L6 12.5',
  fit: 'M2.5 8h11M5 5.5L2.5 8L5 10.5M11 5.5L13.5 8L11 10.5',
  download: 'M8 2.5v8M4.5 7L8 10.5L11.5 7M3 13.5h10',
  pause: 'M5.5 3v10M10.5 3v10',
  play: 'M4.5 2.5v11L13 8z',
  trash: 'M2.5 4.5h11M6 4.5V2.5h4v2M4 4.5l.7 9h6.6l.7-9M6.8 7v4M9.2 7v4',
  sun: 'M10.8 8a2.8 2.8 0 1 1-5.6 0a2.8 2.8 0 0 1 5.6 0M8 1.5v1.3M8 13.2v1.3M1.5 8h1.3M13.2 8h1.3M3.4 3.4l.9.9M11.7 11.7l.9.9M12.6 3.4l-.9.9M4.3 11.7l-.9.9',
  moon: 'M13 9.8A5.5 5.5 0 0 1 6.2 3A5.5 5.5 0 1 0 13 9.8z',
  system: 'M2.5 3h11v8h-11zM6 13.5h4',
  help: 'M5.8 6a2.2 2.2 0 1 1 3.2 2c-.7.4-1 .8-1 1.6M8 12v.3',
  settings:
    'M2.5 4.5h6M12 4.5h1.5M2.5 11.5H4M7.5 11.5h6M8.5 3v3M12 3v3M4 10v3M7.5 10v3M8.5 3H12M8.5 6H12M4 10h3.5M4 13h3.5',
  close: 'M4 4l8 8M12 4l-8 8',
  external: 'M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3L7.5 8.5',
  link: 'M6.8 9.2l2.4-2.4M7 5l1.6-1.6a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.6 1.6a2.8 2.8 0 0 1-4-4L5 7',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  code: 'M5.5 4.5L2 8l3.5 3.5M10.5 4.5L14 8l-3.5 3.5',
  branch: 'M4.5 3v10M4.5 9c5 0 7-1 7-4M11.5 5V3',
} as const;

export type IconName = keyof typeof PATHS;

interface IconProps {
  readonly name: IconName;
  /** For screen readers; without it, the text beside it says enough. */
  readonly label?: string;
  readonly class?: string;
}

export function Icon({ name, label, class: extra = '' }: IconProps): JSX.Element {
  return (
    <svg
      class={`icon ${extra}`}
      viewBox="0 0 16 16"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined ? 'true' : undefined}
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
