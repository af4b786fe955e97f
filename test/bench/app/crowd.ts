import { Injectable, type Type } from '@nestjs/common';

/** Providers of an application of some size, with five methods each. */
export function crowd(size: number): Type<object>[] {
  return Array.from({ length: size }, (_, index) => {
    @Injectable()
    class Member {
      async create(value: object): Promise<object> {
        return value;
      }

      async find(id: string): Promise<string> {
        return id;
      }

      async list(): Promise<readonly string[]> {
        return [];
      }

      async update(id: string, value: object): Promise<object> {
        return { id, ...value };
      }

      async remove(id: string): Promise<string> {
        return id;
      }
    }
    Object.defineProperty(Member, 'name', { value: `Member${index}Service` });
    return Member;
  });
}
