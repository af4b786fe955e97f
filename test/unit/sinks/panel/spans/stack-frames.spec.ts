import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  parseStack,
  topInApp,
} from '../../../../../libs/nestrace/src/sinks/panel/spans/stack-frames.js';

const STACK = `TypeError: at first sight
    at a loss (for words)
    at OrdersService.place (/app/src/orders.service.ts:41:11)
    at async OrdersController.create (file:///app/src/orders%20b.controller.ts:9:3)
    at new Order (/app/node_modules/lib/index.js:1:2)
    at node:internal/process/task_queues:105:5
    at /app/src/main.ts:3:1
    at Array.map (<anonymous>)
    at eval (eval at run (/app/x.js:1:1), <anonymous>:2:3)
    at C:\\app\\src\\win.ts:7:8`;

describe('parseStack', () => {
  it('reads what V8 writes', () => {
    const frames = parseStack(STACK).map(({ frame, method }) => {
      return [method, frame.file, frame.line, frame.column, frame.inApp];
    });
    expect(frames).toEqual([
      ['a loss', undefined, undefined, undefined, false],
      ['OrdersService.place', '/app/src/orders.service.ts', 41, 11, true],
      ['OrdersController.create', '/app/src/orders b.controller.ts', 9, 3, true],
      ['new Order', '/app/node_modules/lib/index.js', 1, 2, false],
      [undefined, 'node:internal/process/task_queues', 105, 5, false],
      [undefined, '/app/src/main.ts', 3, 1, true],
      ['Array.map', undefined, undefined, undefined, false],
      ['eval (eval at run', undefined, undefined, undefined, false],
      [undefined, 'C:\\app\\src\\win.ts', 7, 8, true],
    ]);
  });

  it('keeps the line as it was written', () => {
    expect(topInApp(parseStack(STACK))?.frame.text).toBe(
      'at OrdersService.place (/app/src/orders.service.ts:41:11)',
    );
  });

  it('does not take nestrace for the application', () => {
    const here = join(process.cwd(), 'libs/nestrace/src/pipeline/exceptions.ts');
    expect(parseStack(`Error\n    at call (${here}:1:1)`)[0]?.frame.inApp).toBe(false);
  });

  it.each([
    '',
    'Error',
    '    at ',
    '    at (',
    '    at x (file://%%:1:1)',
    `at ${'('.repeat(50_000)}`,
  ])('makes something of %s', (stack) => {
    expect(parseStack(stack).length).toBeLessThan(2);
  });

  it('reads no more than a hundred frames', () => {
    expect(parseStack('    at f (/a.js:1:1)\n'.repeat(5_000))).toHaveLength(100);
  });
});
