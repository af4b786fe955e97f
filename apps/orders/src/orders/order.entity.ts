import { CreateDateColumn, Entity, ManyToOne, OneToMany, PrimaryGeneratedColumn } from 'typeorm';
import { User } from '../users/user.entity.js';
import type { OrderLine } from './order-line.entity.js';

@Entity('orders')
export class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @ManyToOne(() => User, { nullable: false })
  user!: User;

  // By its name: two modules that import each other cannot both be loaded first.
  @OneToMany('OrderLine', (line: OrderLine) => line.order, { cascade: ['insert'] })
  lines!: OrderLine[];

  @CreateDateColumn()
  createdAt!: Date;
}
