/** A request as it is sent again and again. */
export interface Shape {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: string;
}

const get = (path: string): Shape => ({ method: 'GET', path });

/** Answers that are well, that fail, that stream, that take a while, and none at all. */
export const SHAPES: readonly Shape[] = [
  get('/work/1'),
  get('/work/2'),
  { method: 'POST', path: '/echo', body: JSON.stringify({ order: 7, lines: ['a', 'b'] }) },
  get('/work/3'),
  get('/fails/4'),
  get('/work/5'),
  get('/stream/6'),
  get('/work/7'),
  get('/refuses/8'),
  get('/work/nine'),
  get('/patient/10'),
  get('/nowhere'),
  get('/work/12?verbose=yes'),
];
