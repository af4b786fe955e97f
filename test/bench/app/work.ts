import { createHash } from 'node:crypto';
import { Controller, Get, Injectable } from '@nestjs/common';
import { plan } from './plan.js';

const BLOCK = Buffer.alloc(4096, 'nestrace');

/** Computes; a timer would hide what tracing adds until its next tick. */
function compute(units: number): string {
  let digest = '';
  for (let unit = 0; unit < units; unit++) {
    digest = createHash('sha256').update(BLOCK).update(digest).digest('hex');
  }
  return digest;
}

@Injectable()
export class WorkSteps {
  async read(): Promise<string> {
    return compute(plan.workUnits / 4);
  }

  async check(): Promise<string> {
    return compute(plan.workUnits / 4);
  }

  async price(): Promise<string> {
    return compute(plan.workUnits / 4);
  }

  async render(): Promise<string> {
    return compute(plan.workUnits / 4);
  }
}

@Injectable()
export class WorkService {
  constructor(private readonly steps: WorkSteps) {}

  async work(): Promise<string> {
    await this.steps.read();
    await this.steps.check();
    await this.steps.price();
    return this.steps.render();
  }
}

/** A request that really does something, for as long as it is told to. */
@Controller('work')
export class WorkController {
  constructor(private readonly service: WorkService) {}

  @Get()
  getWork(): Promise<string> {
    return this.service.work();
  }
}
