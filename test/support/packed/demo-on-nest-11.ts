import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Application } from './application.js';
import { makeConsumer, packLibrary, ROOT } from './packed-library.js';
import { run } from './shell.js';

/** A folder with the packed library beside NestJS 11 and TypeORM 0.3. */
export function makeNest11Consumer(): string {
  const modules = join(ROOT, 'test/nest-11/node_modules');
  return makeConsumer(packLibrary().directory, { modules });
}

/** Copies a service of the demo into a folder and builds it there as CommonJS. */
export async function buildCommonJs(
  folder: string,
  name: 'orders' | 'inventory',
): Promise<Application> {
  const application = new Application(join(folder, name));
  mkdirSync(application.directory);
  cpSync(join(ROOT, 'apps', name, 'src'), join(application.directory, 'src'), { recursive: true });
  const { type: _esm, ...manifest } = JSON.parse(
    readFileSync(join(ROOT, 'apps', name, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  application.write('package.json', JSON.stringify(manifest));
  application.write('tsconfig.json', JSON.stringify(TSCONFIG));
  wrapMain(application);
  if (name === 'orders') application.write(UPLOAD, UPLOAD_ON_EXPRESS);
  await run(application.directory, process.execPath, TSC, '-p', '.');
  return application;
}

const TSC = join(ROOT, 'node_modules/typescript/bin/tsc');

const TSCONFIG = {
  extends: join(ROOT, 'tsconfig.json'),
  compilerOptions: {
    rootDir: './src',
    outDir: './dist',
    noEmit: false,
    customConditions: [],
    // It asks for `require` to be written as such.
    verbatimModuleSyntax: false,
  },
  include: ['src'],
};

/** CommonJS has no `await` outside of functions. */
function wrapMain(application: Application): void {
  const [imports = '', body = ''] = application.read('src/main.ts').split(/^(?=const app = )/m);
  const bootstrap = `async function bootstrap(): Promise<void> {\n${body}}\nvoid bootstrap();\n`;
  application.write('src/main.ts', imports + bootstrap);
}

/** NestJS 11 has an interceptor for uploads on Express only. */
const UPLOAD = 'src/products/file-upload.interceptor.ts';
const UPLOAD_ON_EXPRESS = `
import { FileInterceptor } from '@nestjs/platform-express';
export const FileUploadInterceptor = FileInterceptor('file');
`;
