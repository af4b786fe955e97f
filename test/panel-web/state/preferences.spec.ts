import { afterEach, beforeEach, expect, it, vi } from 'vitest';

const KEY = 'nestrace-panel-preferences';

async function load() {
  vi.resetModules();
  return import('../../../libs/panel-web/src/state/preferences.js');
}

beforeEach(() => {
  localStorage.clear();
});

afterEach(() => {
  vi.restoreAllMocks();
});

it('keeps what was chosen', async () => {
  const first = await load();
  const end = first.keepPreferences();
  first.prefer({ theme: 'dark', singleKeys: false });
  end();
  expect((await load()).preferences.value).toMatchObject({ theme: 'dark', singleKeys: false });
});

it.each(['', 'null', '[]', '{"theme":"pink","singleKeys":1,"groupFrom":-3,"editor":{}}', '{'])(
  'starts with the defaults where this is kept: %s',
  async (kept) => {
    localStorage.setItem(KEY, kept);
    expect((await load()).preferences.value).toMatchObject({
      theme: 'system',
      singleKeys: true,
      groupFrom: 5,
    });
  },
);

it('works where nothing may be kept', async () => {
  vi.spyOn(Storage.prototype, 'setItem').mockImplementation(() => {
    throw new Error('denied');
  });
  const { keepPreferences, prefer, preferences } = await load();
  const end = keepPreferences();
  prefer({ theme: 'light' });
  expect(preferences.value.theme).toBe('light');
  end();
});
