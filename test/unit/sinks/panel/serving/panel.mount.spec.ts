import { ModulesContainer, type ApplicationConfig, type ModuleRef } from '@nestjs/core';
import { describe, expect, it } from 'vitest';
import { failureCounts } from '../../../../../libs/nestrace/src/core/failures.js';
import { PanelAddress } from '../../../../../libs/nestrace/src/pipeline/panel-address.js';
import { PanelMount } from '../../../../../libs/nestrace/src/sinks/panel/serving/panel.mount.js';
import { ListLog } from '../../../support/list-log.js';
import { resolve } from '../../../support/options.js';

function mounted(config: Partial<ApplicationConfig>): PanelMount {
  return new PanelMount(
    resolve({ panel: true }),
    {} as never,
    new ListLog(),
    new PanelAddress(),
    new ModulesContainer(),
    {} as ModuleRef,
    {} as never,
    config as ApplicationConfig,
  );
}

describe('PanelMount', () => {
  it('does not keep an application from starting when something of it fails', async () => {
    const before = failureCounts().get('panel.start') ?? 0;
    const mount = mounted({
      getGlobalPrefixOptions: () => {
        throw new Error('another version of Nest');
      },
    });
    await expect(mount.onModuleInit()).resolves.toBeUndefined();
    expect(failureCounts().get('panel.start')).toBe(before + 1);
    mount.onModuleDestroy();
  });
});
