import { expect, it } from 'vitest';
import { sanitizedLayout } from '../../../../libs/panel-web/src/screens/trace/trace-layout.js';

it('takes kept widths and forgets impossible ones', () => {
  const standard = sanitizedLayout(null);
  const kept = sanitizedLayout({ name: 300, service: -5, drawerWidth: 'wide', other: 1 });
  expect(kept).toEqual({ ...standard, name: 300 });
});
