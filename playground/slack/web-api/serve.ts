import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { ApiCall, CallFault } from '../contract.ts';
import type { FaultPlan } from '../faults.ts';
import { readBody, sendJson, sendText } from '../http.ts';
import { createRateLimiter } from '../rate-limits.ts';
import { refusal, SlackError } from '../slack-error.ts';
import { authorize } from './authorize.ts';
import type { MethodContext, WebApiMethod } from './method.ts';
import { methods } from './registry.ts';

/** Parts of this Slack that are no methods and fail when ordered all the same. */
type Address = 'response_url' | 'upload';

export interface WebApi {
  /** Every call so far. Those cut off by a fault are not ok. */
  readonly calls: readonly ApiCall[];
  handle(name: string, request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** Carries out what came to another address unless it is ordered to fail; `carry` sends its own answer. */
  at(address: Address, response: ServerResponse, carry: () => { readonly status: number; readonly body: Record<string, unknown> | string }): void;
}

/** What is sent back: a body with its status, or nothing at all. */
type Reply = { readonly status: number; readonly body: Record<string, unknown>; readonly retryAfterSeconds?: number } | 'hang' | 'drop';

export const createWebApi = (context: MethodContext, faults: FaultPlan): WebApi => {
  const calls: ApiCall[] = [];
  const { workspace } = context;
  const limiter = workspace.options.rateLimits === 'tiers' ? createRateLimiter(workspace.clock) : () => undefined;

  const answer = (name: string, given: Given): Reply => {
    const method = methods.get(name);
    const fault = faults.takeCall(name);
    if (fault) return fromFault(fault, () => carryOut(method, given, context));
    const parameters = channelOnly.safeParse(given.parameters);
    const key = method?.tier === 'special' && parameters.success ? `${name} ${parameters.data.channel}` : name;
    const waitSeconds = method ? limiter(key, method.tier) : undefined;
    if (waitSeconds !== undefined) return rateLimited(waitSeconds);
    return { status: 200, body: carryOut(method, given, context) };
  };

  return {
    calls,
    at: (address, response, carry) => {
      const fault = faults.takeCall(address);
      if (fault === undefined || ((fault.kind === 'hang' || fault.kind === 'drop') && fault.accepted)) {
        const { status, body } = carry();
        const error = fault?.kind ?? (typeof body === 'string' ? undefined : body['error']);
        calls.push({
          method: address,
          at: workspace.clock.now(),
          ok: error === undefined,
          ...(error === undefined ? {} : { error: typeof error === 'string' ? error : 'unknown_error' }),
        });
        if (fault !== undefined) send(response, fault.kind === 'drop' ? 'drop' : 'hang');
        else if (typeof body === 'string') sendText(response, status, body);
        else sendJson(response, status, body);
        return;
      }
      const reply = fromFault(fault, () => ({}));
      calls.push({ method: address, at: workspace.clock.now(), ok: false, error: fault.kind === 'error' ? fault.error : fault.kind });
      // An address refuses with a status, where a method answers 200.
      send(response, fault.kind === 'error' && typeof reply === 'object' ? { ...reply, status: 400 } : reply);
    },
    handle: async (name, request, response) => {
      const at = workspace.clock.now();
      const given = parseCall(request, await readBody(request));
      const reply = answer(name, given);
      const error = reply === 'hang' || reply === 'drop' ? reply : reply.body['error'];
      const { data } = channelOnly.safeParse(given.parameters);
      calls.push({
        method: name,
        ...(data === undefined ? {} : { channel: data.channel }),
        at,
        ok: error === undefined,
        ...(error === undefined ? {} : { error: typeof error === 'string' ? error : 'unknown_error' }),
      });
      if (given.token === workspace.botToken) response.setHeader('x-oauth-scopes', (workspace.scopes ?? ALL_SCOPES).join(','));
      send(response, reply);
    },
  };
};

/** Of a bot's token. */
const ALL_SCOPES = [
  ...new Set(['commands', 'app_mentions:read', ...[...methods.values()].flatMap(({ token, scope }) => (token === 'bot' ? (scope ?? []) : []))]),
];

const channelOnly = z.object({ channel: z.string() });

interface Given {
  readonly token: string | undefined;
  readonly parameters: Readonly<Record<string, unknown>>;
}

const carryOut = (method: WebApiMethod | undefined, { token, parameters }: Given, context: MethodContext): Record<string, unknown> => {
  try {
    if (!method) throw new SlackError('unknown_method');
    authorize(context.workspace, method, token);
    return { ok: true, ...method.call(parameters, context) };
  } catch (error) {
    const refused = error instanceof z.ZodError ? invalidArguments(error) : error;
    if (!(refused instanceof SlackError)) throw refused;
    return { ok: false, error: refused.code, ...refused.details };
  }
};

const invalidArguments = (error: z.ZodError): SlackError =>
  refusal(
    'invalid_arguments',
    error.issues.map((issue) =>
      issue.code === 'invalid_type' && issue.message.endsWith('undefined')
        ? `[ERROR] missing required field: ${issue.path.join('.')}`
        : `[ERROR] ${issue.message} [json-pointer:/${issue.path.join('/')}]`,
    ),
  );

const fromFault = (fault: CallFault, carry: () => Record<string, unknown>): Reply => {
  switch (fault.kind) {
    case 'rate-limited':
      return rateLimited(fault.retryAfterSeconds);
    case 'ratelimited-200':
      return { status: 200, body: { ok: false, error: 'ratelimited' } };
    case 'http':
      return { status: fault.status, body: { ok: false, error: `http_${fault.status}` } };
    case 'error':
      return { status: 200, body: { ok: false, error: fault.error } };
    case 'hang':
    case 'drop':
      if (fault.accepted) carry();
      return fault.kind;
  }
};

const rateLimited = (seconds: number): Reply => ({ status: 429, body: { ok: false, error: 'ratelimited' }, retryAfterSeconds: seconds });

const send = (response: ServerResponse, reply: Reply): void => {
  if (reply === 'hang') return;
  if (reply === 'drop') {
    response.destroy();
    return;
  }
  if (reply.status >= 500) {
    sendText(response, reply.status, 'upstream error');
    return;
  }
  sendJson(response, reply.status, reply.body, reply.retryAfterSeconds === undefined ? {} : { 'retry-after': String(reply.retryAfterSeconds) });
};

const record = z.record(z.string(), z.unknown());

const parseCall = (request: IncomingMessage, body: Buffer): Given => {
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  const isJson = (request.headers['content-type'] ?? '').startsWith('application/json');
  const parsed = isJson ? parseJson(body.toString()) : Object.fromEntries(new URLSearchParams(body.toString()));
  const parameters = { ...Object.fromEntries(query), ...parsed };
  const bearer = /^Bearer (.+)$/u.exec(request.headers.authorization ?? '')?.[1];
  return { token: bearer ?? (typeof parameters['token'] === 'string' ? parameters['token'] : undefined), parameters };
};

const parseJson = (text: string): Record<string, unknown> => {
  try {
    return record.parse(JSON.parse(text || '{}'));
  } catch {
    return {};
  }
};
