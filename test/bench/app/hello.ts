import { Controller, Get, Injectable } from '@nestjs/common';

@Injectable()
export class HelloService {
  async hello(): Promise<string> {
    return 'hello';
  }
}

/** The least a controller can do: one provider. */
@Controller('hello')
export class HelloController {
  constructor(private readonly service: HelloService) {}

  @Get()
  getHello(): Promise<string> {
    return this.service.hello();
  }
}
