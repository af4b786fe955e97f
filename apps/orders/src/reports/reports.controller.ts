import { Controller, Get } from '@nestjs/common';
import { ReportsService } from './reports.service.js';

/** Things that go wrong in real applications, to look at in a trace. */
@Controller('reports')
export class ReportsController {
  constructor(private readonly reports: ReportsService) {}

  @Get('slow')
  slow() {
    return this.reports.countSlowly();
  }

  @Get('fail')
  fail() {
    return this.reports.lastYear();
  }
}
