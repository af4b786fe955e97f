import { Controller, Get } from '@nestjs/common';

/** Probes ask all day; nestrace leaves `/health` out of the traces without being told. */
@Controller('health')
export class HealthController {
  @Get()
  check() {
    return { status: 'ok' };
  }
}
