import { Controller, Get, Post } from '@nestjs/common';
import { describe, expect, it } from 'vitest';
import { firstPath } from '../../../../../libs/nestrace/src/sinks/panel/status/try-it.js';

@Controller('health')
class HealthController {
  @Get()
  ask(): void {}
}

@Controller(['/users/', 'people'])
class UsersController {
  @Post()
  create(): void {}

  @Get(':id')
  one(): void {}

  @Get(['*splat', 'newest/'])
  newest(): void {}
}

@Controller({ path: 'old', version: '1' })
class VersionedController {
  @Get()
  all(): void {}
}

@Controller()
class RootController {
  @Get()
  hello(): void {}
}

const isProbe = (path: string): boolean => path === '/health';

describe('firstPath', () => {
  it('finds the first route that can be asked for as it is', () => {
    const classes = [VersionedController, HealthController, UsersController, RootController];
    expect(firstPath(classes, isProbe)).toBe('/users/newest');
    expect(firstPath([RootController], isProbe)).toBe('/');
  });

  it('finds nothing where there is nothing', () => {
    expect(firstPath([], isProbe)).toBeUndefined();
    expect(firstPath([HealthController, VersionedController], isProbe)).toBeUndefined();
  });
});
