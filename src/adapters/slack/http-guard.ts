import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { parse } from 'node:querystring';
import { isValidSlackRequest } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { MOST_BYTES, readObject } from './envelope.ts';

/** Bolt refuses requests older than five minutes but takes any from the future, which could be replayed until then. */
const FUTURE_SECONDS = 60;
/** Read and dropped, so that the sender reads the answer; of what comes after, the connection is cut. */
const MOST_DROPPED_BYTES = 16 * MOST_BYTES;

interface HttpGuardOptions {
  readonly signingSecret: string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * In front of Bolt, which dies of a body that is JSON but no object: only signed forms and JSON objects reach it. Others are answered
 * 401 (not Slack's) or 400 (Slack's, but not what Slack sends), with one line in the log and nothing of the body in it.
 */
export const httpGuard =
  (bolt: RequestListener, options: HttpGuardOptions): RequestListener =>
  (request, response) => {
    if (request.method !== 'POST') return bolt(request, response);
    admit(bolt, request, response, options).catch((error: unknown) => {
      options.log.warn({ reason: error instanceof Error ? error.message : String(error) }, 'slack request could not be read');
      refuse(response, 400);
    });
  };

const admit = async (bolt: RequestListener, request: IncomingMessage, response: ServerResponse, options: HttpGuardOptions): Promise<void> => {
  const { clock, log } = options;
  const body = await bodyOf(request);
  const aheadSeconds = Math.round(Number(request.headers['x-slack-request-timestamp']) - clock.now().getTime() / 1000);
  if (aheadSeconds > FUTURE_SECONDS) {
    log.warn({ aheadSeconds }, 'refused a request from the future');
    return refuse(response, 401);
  }
  const why = body === undefined ? 'too long' : faultOf(body, request.headers['content-type']);
  if (body === undefined || why !== undefined) {
    // A body that was not kept cannot be checked.
    const status = body !== undefined && !isSigned(request, body, options) ? 401 : 400;
    log.warn({ why, status }, 'slack request refused');
    return refuse(response, status);
  }
  // Bolt takes a body that was read already, and checks its signature.
  return bolt(Object.assign(request, { rawBody: Buffer.from(body) }), response);
};

const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MOST_DROPPED_BYTES) throw new Error('the body does not end');
    if (bytes <= MOST_BYTES) parts.push(part);
  }
  return bytes > MOST_BYTES ? undefined : Buffer.concat(parts).toString();
};

/** Undefined for what Bolt may read: a form, a form with a JSON object as its payload, or a JSON object. */
const faultOf = (body: string, contentType: string | undefined): string | undefined => {
  let text = body;
  if (contentType === 'application/x-www-form-urlencoded') {
    const { payload } = parse(body);
    if (typeof payload !== 'string') return undefined;
    text = payload;
  }
  const read = readObject(text);
  return read.kind === 'refused' ? read.why : undefined;
};

const isSigned = ({ headers }: IncomingMessage, body: string, { signingSecret }: HttpGuardOptions): boolean => {
  const signature = headers['x-slack-signature'];
  if (typeof signature !== 'string') return false;
  const timestamp = Number(headers['x-slack-request-timestamp']);
  return isValidSlackRequest({ signingSecret, body, headers: { 'x-slack-signature': signature, 'x-slack-request-timestamp': timestamp } });
};

const refuse = (response: ServerResponse, status: number): void => {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { connection: 'close' });
  response.end();
};
