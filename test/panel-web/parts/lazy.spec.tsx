import { act } from 'preact/test-utils';
import { expect, it, vi } from 'vitest';
import type { ComponentType, JSX } from 'preact';
import { lazy } from '../../../libs/panel-web/src/parts/lazy.js';
import { mounted } from '../mounted.js';

interface GreetingProps {
  readonly name: string;
}

function Greeting({ name }: GreetingProps): JSX.Element {
  return <p>Hello {name}</p>;
}

function lazily() {
  let arrive: (component: ComponentType<GreetingProps>) => void = () => undefined;
  let fail: (reason: Error) => void = () => undefined;
  const code = new Promise<ComponentType<GreetingProps>>((resolve, reject) => {
    arrive = resolve;
    fail = reject;
  });
  const load = vi.fn<() => Promise<ComponentType<GreetingProps>>>(() => code);
  return {
    arrive: () => arrive(Greeting),
    fail: (reason: Error) => fail(reason),
    load,
    Lazy: lazy(load),
  };
}

it('is a skeleton until the code is there, and then the component', async () => {
  const { arrive, load, Lazy } = lazily();
  const root = await mounted(<Lazy name="you" />);
  expect(root.querySelector('[role=status]')).not.toBeNull();
  await act(async () => arrive());
  expect(root.textContent).toBe('Hello you');
  expect(load).toHaveBeenCalledTimes(1);
});

it('is there at once the next time', async () => {
  const { arrive, load, Lazy } = lazily();
  await mounted(<Lazy name="you" />);
  await act(async () => arrive());
  await mounted(<div />);
  const root = await mounted(<Lazy name="both" />);
  expect(root.textContent).toBe('Hello both');
  expect(load).toHaveBeenCalledTimes(1);
});

it('offers to load the page again when the code is not there any more', async () => {
  const { fail, Lazy } = lazily();
  const root = await mounted(<Lazy name="you" />);
  await act(async () => fail(new TypeError('Failed to fetch')));
  expect(root.textContent).toContain('could not be loaded');
  const reload = vi.spyOn(location, 'reload').mockImplementation(() => undefined);
  root.querySelector('button')?.click();
  expect(reload).toHaveBeenCalledOnce();
  reload.mockRestore();
});
