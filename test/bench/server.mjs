/**
 * The server that is measured: a child process of `run.mjs`, told by its environment what to be and
 * asked over its channel what it has used.
 */
import 'reflect-metadata';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { OTEL_SPAN_EXPORTERS, OtelModule, Traced } from 'nestrace';
import { VARIANTS } from './variants.mjs';

const { BENCH_VARIANT, BENCH_ADAPTER, BENCH_ENDPOINT, BENCH_PROTOCOL } = process.env;

/** Decorators without a compiler: what TypeScript would have written. */
function decorate(target, key, ...decorators) {
  if (key === undefined) {
    for (const decorator of decorators.toReversed()) decorator(target);
    return;
  }
  const descriptor = Object.getOwnPropertyDescriptor(target.prototype, key);
  for (const decorator of decorators.toReversed()) decorator(target.prototype, key, descriptor);
  Object.defineProperty(target.prototype, key, descriptor);
}

class Leaf {
  async run() {
    return 'leaf';
  }
}
class Branch {
  constructor(leaf) {
    this.leaf = leaf;
  }
  async run() {
    return `branch ${await this.leaf.run()}`;
  }
}
class Trunk {
  constructor(branch) {
    this.branch = branch;
  }
  async run() {
    return `trunk ${await this.branch.run()}`;
  }
}
class Root {
  constructor(trunk) {
    this.trunk = trunk;
  }
  async run() {
    return `root ${await this.trunk.run()}`;
  }
}
class BenchController {
  constructor(leaf, root) {
    this.leaf = leaf;
    this.root = root;
  }
  hello() {
    return this.leaf.run();
  }
  chain() {
    return this.root.run();
  }
}

const dependencies = [
  [Leaf, []],
  [Branch, [Leaf]],
  [Trunk, [Branch]],
  [Root, [Trunk]],
];
for (const [provider, needs] of dependencies) {
  Reflect.defineMetadata('design:paramtypes', needs, provider);
  if (BENCH_VARIANT !== 'bare') decorate(provider, 'run', Traced());
  decorate(provider, undefined, Injectable());
}
Reflect.defineMetadata('design:paramtypes', [Leaf, Root], BenchController);
decorate(BenchController, 'hello', Get('hello'));
decorate(BenchController, 'chain', Get('chain'));
decorate(BenchController, undefined, Controller());

const { options } = VARIANTS[BENCH_VARIANT];
const endpoint = { endpoint: BENCH_ENDPOINT, protocol: BENCH_PROTOCOL };
class BenchModule {}
decorate(
  BenchModule,
  undefined,
  Module({
    imports: options === undefined ? [] : [OtelModule.forRoot(options(endpoint))],
    controllers: [BenchController],
    providers: dependencies.map(([provider]) => provider),
  }),
);

const adapter = BENCH_ADAPTER === 'fastify' ? new FastifyAdapter() : new ExpressAdapter();
const app = await NestFactory.create(BenchModule, adapter, { logger: ['warn', 'error'] });
await app.listen(0, '127.0.0.1');

process.on('message', (message) => {
  if (message === 'usage') reportUsage();
  else if (message === 'close') void close();
});

function reportUsage() {
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system, rssBytes: process.memoryUsage().rss });
}

async function close() {
  const [exporter] = options === undefined ? [] : app.get(OTEL_SPAN_EXPORTERS);
  await app.close();
  const { accepted = 0, exported = 0, failed = 0, dropped } = exporter?.delivery ?? {};
  process.send({ accepted, exported, failed, dropped });
  process.disconnect();
}

process.send({ url: await app.getUrl() });
