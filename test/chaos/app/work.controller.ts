import {
  BadRequestException,
  Body,
  Controller,
  Get,
  Header,
  Param,
  ParseIntPipe,
  Post,
  StreamableFile,
} from '@nestjs/common';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { trace } from '@opentelemetry/api';

const STEPS = 3;

/** Long enough that requests overlap, and that a signal finds some under way. */
const PATIENT_MS = 200;

/** Answers in every manner there is, each of them the same whenever it is asked the same. */
@Controller()
export class WorkController {
  @Get('work/:id')
  async work(@Param('id', ParseIntPipe) id: number): Promise<object> {
    const tracer = trace.getTracer('work');
    let sum = id;
    for (let step = 1; step <= STEPS; step++) {
      sum += await tracer.startActiveSpan(`step ${step}`, async (span) => {
        await Promise.resolve();
        span.setAttribute('work.step', step);
        span.end();
        return step;
      });
    }
    return { id, sum };
  }

  @Get('fails/:id')
  fails(@Param('id') id: string): never {
    throw new Error(`no ${id}`);
  }

  @Get('refuses/:id')
  refuses(@Param('id') id: string): never {
    throw new BadRequestException({ id, reason: 'not like this' });
  }

  @Post('echo')
  echo(@Body() body: object): object {
    return { body };
  }

  @Get('stream/:id')
  @Header('content-type', 'text/plain')
  stream(@Param('id') id: string): StreamableFile {
    return new StreamableFile(Readable.from([id, ' one', ' two', ' three']));
  }

  @Get('patient/:id')
  async patient(@Param('id') id: string): Promise<string> {
    await sleep(PATIENT_MS);
    return id;
  }
}
