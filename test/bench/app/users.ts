import {
  Controller,
  Get,
  Injectable,
  NotFoundException,
  Param,
  ParseIntPipe,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Column, Entity, PrimaryColumn, Repository } from 'typeorm';

const ROWS = 200;

@Entity('users')
export class User {
  @PrimaryColumn('int')
  id!: number;

  @Column('text')
  name!: string;
}

@Injectable()
export class UsersSeed implements OnApplicationBootstrap {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.users.insert(
      Array.from({ length: ROWS }, (_, index) => ({ id: index + 1, name: `User ${index + 1}` })),
    );
  }
}

@Injectable()
export class UsersGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<{ headers: object }>();
    return 'host' in request.headers;
  }
}

@Injectable()
export class UsersService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  async findOne(id: number): Promise<User> {
    const user = await this.users.findOneBy({ id });
    if (user === null) throw new NotFoundException();
    return user;
  }
}

/** What most routes are: a guard, a pipe, a service and one query. */
@Controller('users')
@UseGuards(UsersGuard)
export class UsersController {
  constructor(private readonly service: UsersService) {}

  @Get(':id')
  getUser(@Param('id', ParseIntPipe) id: number): Promise<User> {
    return this.service.findOne(id);
  }
}
