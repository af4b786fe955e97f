import { describe, expect, it } from 'vitest';
import { linkFor } from '../../../libs/panel-web/src/editor/editor-link.js';

const VSCODE = 'vscode://file/{path}:{line}:{column}';

describe('linkFor', () => {
  it('says where', () => {
    expect(linkFor(VSCODE, '/app/src/main.ts', 41, 23)).toBe('vscode://file/app/src/main.ts:41:23');
    expect(linkFor('webstorm://open?file={path}&line={line}', '/app/a.ts', 4)).toBe(
      'webstorm://open?file=/app/a.ts&line=4',
    );
  });

  it('begins at the top when it knows no line', () => {
    expect(linkFor(VSCODE, '/a.ts')).toBe('vscode://file/a.ts:1:1');
  });

  it('takes the URL of a module and a path of Windows', () => {
    expect(linkFor(VSCODE, 'file:///app/my%20shop/a.ts', 2, 1)).toBe(
      'vscode://file/app/my%20shop/a.ts:2:1',
    );
    expect(linkFor(VSCODE, String.raw`C:\app\a.ts`, 2, 1)).toBe('vscode://file/C:/app/a.ts:2:1');
  });

  it('lets no file name add to the address', () => {
    expect(linkFor('idea://open?file={path}', '/a&line=9?x#y.ts')).toBe(
      'idea://open?file=/a%26line%3D9%3Fx%23y.ts',
    );
    expect(linkFor('idea://open?file={path}', "/$&$'.ts")).toBe("idea://open?file=/%24%26%24'.ts");
  });

  it.each([
    'javascript:alert(1)//{path}',
    'JavaScript:{path}',
    'data:text/html,{path}',
    '{path}',
    '',
  ])('makes no link with %j', (template) => {
    expect(linkFor(template, '/a.ts')).toBeUndefined();
  });

  it.each(['node:net', 'internal/process', 'webpack:///a.ts', '<anonymous>', 'file://%zz'])(
    'makes no link to %s',
    (file) => {
      expect(linkFor(VSCODE, file)).toBeUndefined();
    },
  );
});
