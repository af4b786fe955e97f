import { Injectable, NotFoundException } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { User } from './user.entity.js';

@Injectable()
export class UsersService {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  findAll(): Promise<User[]> {
    return this.users.find({ order: { id: 'ASC' } });
  }

  async find(id: number): Promise<User> {
    const user = await this.users.findOneBy({ id });
    if (user === null) throw new NotFoundException(`There is no user ${id}`);
    return user;
  }
}
