import 'reflect-metadata';
import type { OnModuleDestroy, OnModuleInit, Type } from '@nestjs/common';
import { ApplicationConfig, HttpAdapterHost, ModuleRef, ModulesContainer } from '@nestjs/core';
import type { ResolvedOtelOptions } from '../../../config/resolve-options.js';
import { noteFailure } from '../../../core/failures.js';
import type { OperationsLog } from '../../../core/operations-log.js';
import { tokenFrom } from '../access/token.js';
import { loadPanelFiles } from '../assets/load-files.js';
import type { PanelAddress } from '../../../pipeline/panel-address.js';
import type { PanelBackend } from '../panel-backend.js';
import { createPanelController } from '../panel.controller.js';
import { addController, guardsFor } from './add-controller.js';
import { isExcluded, joinPath, modulePathOf, servedPath } from './panel-path.js';
import { PanelServer } from './panel-server.js';
import { PanelUrl } from './panel-url.js';
import { addTrailingSlash, takePanelMediaType } from './platform-gaps.js';

const PRODUCTION = /^prod(uction)?$/i;

/** Two OtelModules in one application must not claim the same path twice. */
const served = new WeakSet<ModulesContainer>();

/**
 * Brings the panel into the application. Whether and where is known only once the options are, which
 * may be made by a factory: so the controller joins the module while its providers are made, before
 * Nest makes controllers and asks for routes.
 */
export class PanelMount implements OnModuleInit, OnModuleDestroy {
  private readonly url: PanelUrl | undefined;
  private readonly server: PanelServer | undefined;
  private stopListening = (): void => {};

  constructor(
    private readonly options: Pick<ResolvedOtelOptions, 'panel' | 'environment'>,
    backend: PanelBackend,
    private readonly log: OperationsLog,
    private readonly address: PanelAddress,
    private readonly modules: ModulesContainer,
    private readonly moduleRef: ModuleRef,
    private readonly host: HttpAdapterHost,
    private readonly config: ApplicationConfig,
  ) {
    if (served.has(modules)) return;
    served.add(modules);
    const { panel } = options;
    const token = tokenFrom(panel.token);
    this.server = new PanelServer(panel, backend, log, token);
    this.url = new PanelUrl(host, () => this.path(), token);
    const module = this.module();
    const guards = guardsFor(panel.guards, modules, moduleRef);
    const controller = createPanelController({ ...panel, guards }, this.server) as Type;
    if (module !== undefined) addController(module, controller);
  }

  /** Where the page is, below the host: `/api/_otel`. */
  private path(): string {
    return servedPath(this.config, this.ownPath());
  }

  /** An application starts also where something of its panel cannot. */
  async onModuleInit(): Promise<void> {
    if (this.server === undefined) return;
    try {
      await this.prepare(this.server);
    } catch (error) {
      noteFailure('panel.start', error);
    }
  }

  /** Comes before the application waits for its connections to end; open streams never would. */
  onModuleDestroy(): void {
    this.stopListening();
    if (this.server === undefined) return;
    this.server.close();
    served.delete(this.modules);
  }

  private async prepare(server: PanelServer): Promise<void> {
    const { log } = this;
    this.address.path = this.path();
    this.address.url = () => this.url?.get();
    const files = await loadPanelFiles();
    if (files === undefined) {
      log.warn(
        'The page of the panel has not been built, only its data can be read. ' +
          '"node scripts/build-panel.mjs" in the repository of nestrace builds it.',
      );
    } else server.pages.use(files);
    this.warnOfHalfExclusion();
    takePanelMediaType(this.host.httpAdapter);
    addTrailingSlash(this.host.httpAdapter, this.path(), (request, response) =>
      server.alias(request, response),
    );
    this.stopListening = this.url?.whenListening(() => this.announce()) ?? this.stopListening;
  }

  private announce(): void {
    const url = this.url?.withToken();
    if (url === undefined) return;
    if (PRODUCTION.test(this.options.environment)) {
      this.log.warn(`Panel: ${url}, in production: whoever gets in sees the traces of all users.`);
    } else this.log.info(`Panel: ${url}`);
  }

  /** `exclude: ['_otel']` means the page alone; what the page loads stays below the prefix. */
  private warnOfHalfExclusion(): void {
    const path = this.ownPath();
    if (isExcluded(this.config, path) === isExcluded(this.config, `${path}/api/meta`)) return;
    this.log.warn(
      `The page of the panel is at ${this.path()}, but its data is not below it: the global ` +
        `prefix excludes only one of them. Exclude '${path.slice(1)}/{*path}' as well.`,
    );
  }

  /** Without the global prefix. */
  private ownPath(): string {
    const module = this.module();
    const { applicationId } = this.modules;
    const modulePath = module === undefined ? '' : modulePathOf(module.metatype, applicationId);
    return joinPath(modulePath, this.options.panel.path);
  }

  /** The one this provider is in. */
  private module() {
    return [...this.modules.values()].find(
      ({ providers }) => providers.get(ModuleRef)?.instance === this.moduleRef,
    );
  }
}
