import { render, type ComponentChildren } from 'preact';
import { act } from 'preact/test-utils';
import { afterEach } from 'vitest';

let place: HTMLElement | undefined;

/** Draws it into the page, and takes it away after the test. */
export async function mounted(content: ComponentChildren): Promise<HTMLElement> {
  const element = place ?? document.createElement('div');
  place = element;
  document.body.append(element);
  await act(() => render(content, element));
  return element;
}

afterEach(async () => {
  const element = place;
  place = undefined;
  if (element === undefined) return;
  await act(() => render(null, element));
  element.remove();
});
