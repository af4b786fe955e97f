import { context } from '@opentelemetry/api';
import { suppressTracing } from '@opentelemetry/core';
import type { ResolvedPanelOptions } from '../../../config/panel.options.js';
import { noteFailure } from '../../../core/failures.js';
import type { OperationsLog } from '../../../core/operations-log.js';
import { PanelAccess } from '../access/panel-access.js';
import type { Denial, Verdict } from '../access/verdict.js';
import type { PanelBackend } from '../panel-backend.js';
import { LiveStreams } from '../stream/live-streams.js';
import { ACTIONS } from './actions.js';
import { DataRequest, wholeNumber } from './data-request.js';
import { findRoute } from './find-route.js';
import { rawRequest, type PlatformRequest, type PlatformResponse } from './platform.js';
import { PanelPages } from './panel-pages.js';
import { readBody } from './read-body.js';
import { READINGS, whyNot } from './readings.js';
import { Reply } from './reply.js';

const NOTHING_HERE = 'there is nothing at this address of the panel';

/** Answers every URL of the panel; the router in front of it is Nest's. Never throws. */
export class PanelServer {
  readonly pages = new PanelPages();
  private readonly streams: LiveStreams;
  private readonly access: PanelAccess;
  private readonly told = new Set<string>();

  constructor(
    private readonly options: ResolvedPanelOptions,
    private readonly backend: PanelBackend,
    private readonly log: OperationsLog,
    token: string | undefined,
  ) {
    this.streams = new LiveStreams(backend);
    this.access = new PanelAccess(options, token);
  }

  page(request: PlatformRequest, response: PlatformResponse): Promise<void> {
    return this.answer(request, response, this.toPage, (reply) => {
      this.pages.page(request, reply);
    });
  }

  asset(request: PlatformRequest, response: PlatformResponse): Promise<void> {
    return this.answer(request, response, this.toPage, (reply) => {
      this.pages.asset(request, reply);
    });
  }

  link(request: PlatformRequest, response: PlatformResponse): Promise<void> {
    return this.answer(request, response, this.toPage, (reply) => {
      this.pages.link(request, reply);
    });
  }

  /** For the router that takes the path with a slash at its end for another one. */
  alias(request: PlatformRequest, response: PlatformResponse): Promise<void> {
    return this.answer(request, response, this.toPage, (reply) => {
      this.pages.alias(request, reply);
    });
  }

  read(request: PlatformRequest, response: PlatformResponse): Promise<void> {
    return this.answer(request, response, this.toData, (reply) => {
      const found = findRoute(READINGS, segmentsOf(request));
      if (found === undefined) {
        reply.json(404, { reason: NOTHING_HERE });
        return;
      }
      const asked = new DataRequest(request, found.params);
      const value = found.route.read(this.backend, asked);
      if (value === undefined) reply.json(404, whyNot(this.backend, asked));
      else reply.json(200, value);
    });
  }

  stream(request: PlatformRequest, response: PlatformResponse): Promise<void> {
    return this.answer(request, response, this.toData, (reply) => {
      const { list } = new DataRequest(request);
      const { headers, httpVersionMajor, method } = rawRequest(request);
      if (method === 'HEAD') {
        reply.bytes(200, Buffer.alloc(0), { 'content-type': 'text/event-stream' });
        return;
      }
      const since = list.since ?? wholeNumber(headers['last-event-id'] as string | undefined);
      this.streams.open(reply, { ...list, since }, httpVersionMajor === 1);
    });
  }

  act(request: PlatformRequest, response: PlatformResponse): Promise<void> {
    return this.answer(request, response, this.toData, async (reply) => {
      const action = findRoute(ACTIONS, segmentsOf(request))?.route;
      if (action === undefined) {
        reply.json(404, { reason: NOTHING_HERE });
        return;
      }
      if (this.options.readOnly) {
        reply.json(403, { reason: 'only reading is allowed', option: 'panel.readOnly' });
        return;
      }
      const body = await readBody(request, action.maxBytes);
      if ('problem' in body) {
        const status = body.problem === 'too large' ? 413 : 400;
        reply.json(status, {
          reason: `the body is ${body.problem}; up to ${action.maxBytes} bytes are taken`,
        });
        return;
      }
      const outcome = await action.run(this.backend, body.text);
      if ('value' in outcome) reply.json(200, outcome.value);
      else reply.json(outcome.status, { reason: outcome.reason });
    });
  }

  close(): void {
    this.streams.close();
  }

  private readonly toPage = (request: PlatformRequest): Verdict =>
    this.access.toPage(rawRequest(request));

  private readonly toData = (request: PlatformRequest): Promise<Verdict> =>
    this.access.toData(rawRequest(request), request);

  /** Nothing of it is recorded, also not what `authorize` does: a panel that is read makes no traces. */
  private answer(
    request: PlatformRequest,
    response: PlatformResponse,
    judge: (request: PlatformRequest) => Verdict | Promise<Verdict>,
    then: (reply: Reply) => void | Promise<void>,
  ): Promise<void> {
    return context.with(suppressTracing(context.active()), async () => {
      const reply = new Reply(response);
      try {
        const denial = await judge(request);
        if (denial === undefined) await then(reply);
        else this.refuse(denial, request, reply);
      } catch (error) {
        noteFailure('panel.answer', error);
        reply.json(500, { reason: 'the panel failed; the log of the application may say why' });
      }
    });
  }

  private refuse(denial: Denial, request: PlatformRequest, reply: Reply): void {
    const { status, reason, option, isSilent } = denial;
    if (!isSilent) {
      reply.json(status, { reason, ...(option !== undefined && { option }) });
      return;
    }
    this.tell(reason, option ?? '');
    const { method, url } = rawRequest(request);
    const message = `Cannot ${method ?? ''} ${request.originalUrl ?? url ?? ''}`;
    reply.json(404, { message, error: 'Not Found', statusCode: 404 });
  }

  /** Once for each option: who knocks again and again must not fill the log. */
  private tell(reason: string, option: string): void {
    if (this.told.has(option)) return;
    this.told.add(option);
    this.log.warn(
      `A request for the panel was not answered: ${reason}. ${option} decides about that; ` +
        `this is said once.`,
    );
  }
}

/** What the controller calls the segments below `api/`. */
export const SEGMENTS = ['a', 'b', 'c', 'd'] as const;

function segmentsOf({ params = {} }: PlatformRequest): readonly string[] {
  return SEGMENTS.flatMap((name) => params[name] ?? []);
}
