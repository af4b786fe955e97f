import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { AssetStore } from '../../../../../libs/nestrace/src/sinks/panel/assets/asset-store.js';
import { pageMaker } from '../../../../../libs/nestrace/src/sinks/panel/assets/page.js';

const file = (content: string, type = 'text/html') => ({
  type,
  etag: '"e"',
  gzip: gzipSync(content).toString('base64'),
  size: content.length,
});

const files = {
  'index.html': file(
    '<html><head lang="x"><script src="./panel-a1.js"></script>' +
      '<link href="panel-b2.css" /><a href="./other.js"></a></head></html>',
  ),
  'panel-a1.js': file('run()', 'text/javascript'),
  'panel-b2.css': file('a {}', 'text/css'),
};

describe('the page', () => {
  const page = (path: string): string => pageMaker(files)(path).toString();

  it('finds its folder from the path it is asked for at', () => {
    expect(page('/api/_otel')).toContain('<head lang="x"><base href="./_otel/" />');
    expect(page('/api/_otel/')).toContain('<base href="./" />');
    expect(page('/_otel')).toContain('<base href="./_otel/" />');
  });

  it('looks for its files where they are served, and touches nothing else', () => {
    expect(page('/_otel')).toContain('src="./assets/panel-a1.js"');
    expect(page('/_otel')).toContain('href="./assets/panel-b2.css"');
    expect(page('/_otel')).toContain('href="./other.js"');
  });

  it.each(['/a"><script>alert(1)</script>', "/a'$&$`", '/<b>'])('lets %s do no harm', (path) => {
    const base = /<base href="([^"]*)" \/>/.exec(page(path))?.[1];
    expect(base).toMatch(/^\.\/[\w.~%-]*\/?$/);
  });

  it('says how it is made where it was not', () => {
    const text = pageMaker(undefined)('/_otel').toString();
    expect(text).toContain('node scripts/build-panel.mjs');
    expect(text).not.toMatch(/<script|<style|style=/);
  });
});

describe('the files', () => {
  const store = new AssetStore(files);

  it('are found by their names, packed and unpacked', () => {
    const asset = store.get('panel-a1.js');
    expect(asset?.type).toBe('text/javascript');
    expect(asset?.plain().toString()).toBe('run()');
  });

  it.each(['index.html', '', '__proto__', 'toString', '../panel-a1.js'])(
    'do not include %s',
    (name) => {
      expect(store.get(name)).toBeUndefined();
    },
  );
});
