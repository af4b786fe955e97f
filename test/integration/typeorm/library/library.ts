import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Traced } from 'nestrace';
import { DataSource } from 'typeorm';

export type Work<T> = (source: DataSource, library: Library) => T;

/** A service with traced methods that do whatever a test wants to see done in one. */
@Injectable()
export class Library {
  constructor(@InjectDataSource() private readonly source: DataSource) {}

  @Traced()
  async work<T>(work: Work<Promise<T>>): Promise<T> {
    return work(this.source, this);
  }

  /** Called from within {@link Library.work}. */
  @Traced()
  async part<T>(work: Work<Promise<T>>): Promise<T> {
    return work(this.source, this);
  }

  /** Does it without a span of its own. */
  async untraced<T>(work: Work<Promise<T>>): Promise<T> {
    return work(this.source, this);
  }
}
