import type { webApi } from '@slack/bolt';
import { UserError } from '../../domain/problem.ts';
import type { Actor } from '../../domain/run.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { createMessageApi, type MessageApi } from './message-api.ts';
import type { People } from './people.ts';
import type { Message } from './render/message.ts';
import { type Asked, troubleMessage } from './trouble.ts';
import type { Answer, ButtonUseCases } from './use-cases.ts';
import { channel, joined, type Text, told, within } from '../../domain/text.ts';

interface DeskDeps {
  readonly client: webApi.WebClient;
  readonly runs: ButtonUseCases;
  readonly answer: Answer;
  readonly clock: Clock;
  readonly log: Log;
  readonly channels: readonly string[];
  readonly admins: readonly string[];
  readonly people: People;
}

/** What every listener needs: who may ask, where, and how an answer or a failure gets back to the asker alone. */
export interface Desk extends Omit<DeskDeps, 'admins'> {
  /** Says something to one person, by response_url or as an ephemeral message; a failure is logged. */
  whisper(
    to: { readonly channel: string; readonly user: string; readonly responseUrl?: string | undefined; readonly threadTs?: string | undefined },
    message: Message,
  ): Promise<void>;
  /** Runs the work of one request; undefined or a message for the asker. Never rejects. */
  handle(asked: Omit<Asked, 'admins'>, work: () => Promise<Message | undefined>): Promise<Message | undefined>;
  /** Counts a request as under way from its receipt to its acknowledgement and last word. */
  during<T>(request: Promise<T>): Promise<T>;
  /** Throws UserError unless this person may ask in this channel. */
  admit(by: Actor, channel: string, strictness: 'strict' | 'lenient'): Promise<void>;
  /** Refuses what comes from now on; resolves when nothing is under way. */
  drain(): Promise<void>;
}

export const createDesk = ({ admins, ...deps }: DeskDeps): Desk => {
  const { client, log, people, channels, clock } = deps;
  const api: MessageApi = createMessageApi(client, log);
  const underWay = new Set<Promise<unknown>>();
  let draining = false;

  const guarded = async (asked: Omit<Asked, 'admins'>, work: () => Promise<Message | undefined>): Promise<Message | undefined> => {
    const started = clock.monotonicMs();
    try {
      if (draining) throw new UserError(told`Nothing was accepted: pgdist is restarting. Try again in a moment.`);
      return await work();
    } catch (error) {
      return troubleMessage(error, { ...asked, admins }, log);
    } finally {
      log.info({ asked: asked.what, runId: asked.runId, durationMs: Math.round(clock.monotonicMs() - started) }, 'request handled');
    }
  };

  return {
    ...deps,
    async whisper({ channel, user, responseUrl, threadTs }, message) {
      await api
        .whisper({ channel, user, ...(responseUrl === undefined ? {} : { responseUrl }), ...(threadTs === undefined ? {} : { threadTs }) }, message)
        .catch((error: unknown) => log.warn({ error: error instanceof Error ? error.message : String(error), channel }, 'asker could not be told'));
    },
    handle: guarded,
    async during(request) {
      underWay.add(request);
      return await request.finally(() => underWay.delete(request));
    },
    async admit(by, channel, strictness) {
      if (!channels.includes(channel)) throw new UserError(wrongChannel(channels));
      await people.admit(by, strictness);
    },
    async drain() {
      draining = true;
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
};

const wrongChannel = (channels: readonly string[]): Text =>
  told`Nothing was accepted: pgdist works in ${within(joined(channels.map(channel), ', '))} only, so that everybody concerned sees what happens.`;
