import type { AbstractHttpAdapter } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';

export const usesFastify = process.env['ADAPTER'] === 'fastify';

export function createAdapter(): AbstractHttpAdapter {
  return usesFastify ? new FastifyAdapter() : new ExpressAdapter();
}
