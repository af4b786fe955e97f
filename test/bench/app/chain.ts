import { Controller, Get, Injectable } from '@nestjs/common';

@Injectable()
export class ServiceC {
  async c(): Promise<string> {
    return 'c';
  }
}

@Injectable()
export class ServiceB {
  constructor(private readonly next: ServiceC) {}

  async b(): Promise<string> {
    return `b ${await this.next.c()}`;
  }
}

@Injectable()
export class ServiceA {
  constructor(private readonly next: ServiceB) {}

  async a(): Promise<string> {
    return `a ${await this.next.b()}`;
  }
}

@Injectable()
export class ChainService {
  constructor(private readonly next: ServiceA) {}

  async chain(): Promise<string> {
    return `chain ${await this.next.a()}`;
  }
}

/** Four providers that call each other. */
@Controller('chain')
export class ChainController {
  constructor(private readonly service: ChainService) {}

  @Get()
  getChain(): Promise<string> {
    return this.service.chain();
  }
}
