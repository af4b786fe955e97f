import { Controller, Get } from '@nestjs/common';
import { Traced } from 'nestrace';
import { UsersService } from './users.service.js';

@Traced()
@Controller('users')
export class UsersController {
  constructor(private readonly users: UsersService) {}

  @Get()
  findAll() {
    return this.users.findAll();
  }
}
