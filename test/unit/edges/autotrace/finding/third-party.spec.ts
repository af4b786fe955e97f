import * as common from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import {
  isThirdPartyClass,
  isThirdPartyModule,
} from '../../../../../libs/nestrace/src/edges/autotrace/finding/third-party.js';

describe('classes of packages', () => {
  it.each(['Repository', 'ConfigService', 'Reflector', 'ModuleRef', 'DataSource', 'JwtService'])(
    'are known: %s',
    (name) => {
      expect(isThirdPartyClass(name)).toBe(true);
    },
  );

  it('are all pipes of Nest', () => {
    const pipes = Object.keys(common).filter((name) => name.endsWith('Pipe'));
    expect(pipes.length).toBeGreaterThan(8);
    expect(pipes.filter((name) => !isThirdPartyClass(name))).toEqual([]);
  });

  it.each(['OrdersRepository', 'UsersService', 'ParseOrderPipe', 'ValidationService', ''])(
    'are not those of an application: %s',
    (name) => {
      expect(isThirdPartyClass(name)).toBe(false);
    },
  );
});

describe('modules of packages', () => {
  it('are known', () => {
    expect(isThirdPartyModule('TypeOrmModule')).toBe(true);
    expect(isThirdPartyModule('ScheduleModule')).toBe(true);
    expect(isThirdPartyModule('OrdersModule')).toBe(false);
    expect(isThirdPartyModule('AppModule')).toBe(false);
  });
});
