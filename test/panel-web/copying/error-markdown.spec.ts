import { describe, expect, it } from 'vitest';
import { errorMarkdown, stackText } from '../../../libs/panel-web/src/copying/error-markdown.js';
import { errorOf } from './fixtures.js';

describe('stackText', () => {
  it('counts the frames that are not of the application', () => {
    expect(stackText(errorOf().exception).split('\n')).toEqual([
      'TypeError: no price',
      '    at OrdersService.total (/app/orders.service.ts:41:23)',
      '    … 2 frames of packages and Node',
      '    at OrdersController.findOne (/app/orders.controller.ts:19:12)',
    ]);
  });

  it('shows them where there are no others', () => {
    const frames = [{ text: 'at a (node:net:1:1)', inApp: false }];
    expect(stackText({ type: 'Error', message: 'm', frames })).toContain('node:net');
  });
});

describe('errorMarkdown', () => {
  it('says where, on which route and how it was answered', () => {
    const text = errorMarkdown(errorOf({ request: 'GET /orders/8' }));
    expect(text).toContain('### TypeError: no price');
    expect(text).toContain('**Request** `GET /orders/8`');
    expect(text).toContain('**Status** 500, unhandled');
    expect(text).not.toContain('Log before');
  });

  it('lists the log with its offsets', () => {
    const line = { row: 0, spanId: '1', spanName: 'x', attributes: [] };
    const logs = [{ ...line, at: 1200, level: 'warn', message: 'Cache\nmiss' }];
    expect(errorMarkdown(errorOf({ logs }))).toContain('+1.2 ms WARN Cache ⏎ miss');
  });
});
