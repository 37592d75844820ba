import { told, withWords } from '../../domain/text.ts';
import { UserError } from '../../domain/problem.ts';
import type { Fleet } from '../../domain/fleet.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Interpreter, UseCases } from '../../ports/use-cases.ts';
import type { SafeClient } from './clients.ts';
import { type WhisperApi } from './whisper.ts';
import { createOwing, type Owing } from './owing.ts';
import type { OwedAnswers } from '../../ports/owed-answers.ts';
import type { Message } from './render/message.ts';
import { type Asked, troubleMessage } from './trouble.ts';

interface DeskDeps {
  /** For views. */
  readonly client: SafeClient;
  /** For the last word of a request. */
  readonly whispers: WhisperApi;
  readonly runs: UseCases;
  readonly answer: Interpreter;
  /** For what forms say of it. */
  readonly fleets: readonly Fleet[];
  /** Default: what this process owes is told by nobody else. */
  readonly owed?: OwedAnswers;
  readonly clock: Clock;
  readonly log: Log;
  readonly admins: readonly string[];
}

/** What every listener needs: the use cases, and how an answer or a failure gets back to the asker alone. */
export interface Desk extends Omit<DeskDeps, 'admins' | 'whispers' | 'owed'> {
  /** Says something to one person, by response_url or as an ephemeral message, without a channel as a direct message; a failure is logged. */
  whisper(
    to: {
      readonly channel?: string | undefined;
      readonly user: string;
      readonly responseUrl?: string | undefined;
      readonly threadTs?: string | undefined;
      readonly replaces?: boolean;
    },
    message: Message,
  ): Promise<void>;
  /** Runs the work of one request; undefined or a message for the asker. Never rejects. */
  handle(asked: Omit<Asked, 'admins'>, work: () => Promise<Message | undefined>): Promise<Message | undefined>;
  /** Of each request, from its receipt on: `answer` resolves once its person was told, or nothing is left to tell. */
  readonly owing: Owing;
  /** Counts a request as under way from its receipt to its acknowledgement and last word. */
  during<T>(request: Promise<T>): Promise<T>;
  /** Refuses what comes from now on; resolves when nothing is under way. */
  drain(): Promise<void>;
}

export const createDesk = ({ admins, whispers, owed, ...deps }: DeskDeps): Desk => {
  const { client, log, clock } = deps;
  const underWay = new Set<Promise<unknown>>();
  let draining = false;

  const guarded = async (asked: Omit<Asked, 'admins'>, work: () => Promise<Message | undefined>): Promise<Message | undefined> => {
    const started = clock.monotonicMs();
    try {
      if (draining) throw new UserError(told`Nothing was accepted: pgdist is restarting. Try again in a moment.`);
      return await work();
    } catch (error) {
      return troubleMessage(error instanceof UserError ? withoutSecrets(error) : error, { ...asked, admins }, log);
    } finally {
      log.info({ asked: asked.what, runId: asked.runId, durationMs: Math.round(clock.monotonicMs() - started) }, 'request handled');
    }
  };

  /** Before it is laid out: half a secret no longer looks like one. */
  const withoutSecrets = ({ text, link, offer }: UserError): UserError => new UserError(withWords(text, client.redactor.text), link, offer);

  return {
    ...deps,
    owing: owed === undefined ? (_asked, answer) => answer() : createOwing({ owed, clock, log }),
    async answer(text, asker) {
      const reply = await deps.answer(text, asker);
      return { ...reply, text: withWords(reply.text, client.redactor.text) };
    },
    async whisper({ channel, user, responseUrl, threadTs, replaces = false }, message) {
      await whispers
        .whisper(
          {
            user,
            ...(channel === undefined ? {} : { channel }),
            ...(responseUrl === undefined ? {} : { responseUrl }),
            ...(threadTs === undefined ? {} : { threadTs }),
            ...(replaces ? { replaces } : {}),
          },
          message,
        )
        .catch((error: unknown) => log.warn({ error: error instanceof Error ? error.message : String(error), channel }, 'asker could not be told'));
    },
    handle: guarded,
    async during(request) {
      underWay.add(request);
      return await request.finally(() => underWay.delete(request));
    },
    async drain() {
      draining = true;
      while (underWay.size > 0) await Promise.allSettled(underWay);
    },
  };
};
