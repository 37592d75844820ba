import { createHash } from 'node:crypto';
import type { Directs } from '../../ports/directs.ts';
import type { Shown } from '../../ports/run-store.ts';
import type { Message } from './render/message.ts';
import { durableClient, type SafeClient } from './clients.ts';
import { editOnce } from './edit-once.ts';
import { createMessageApi } from './message-api.ts';
import { postOnce } from './post-once.ts';
import { endedDirect, waitingDirect } from './render/direct.ts';
import { againAfterMs, failureWords, slackFailure } from './slack-failure.ts';
import { createMemory, NOT_POSTED } from './thread-memory.ts';
import type { ThreadOptions } from './thread.ts';
import { createUnstored } from './unstored.ts';
import type { Posting } from './view.ts';

const WAITS = 'waits';

/** Slack's side of direct messages. What Slack refuses (a missing scope, a tab that is off, a person who left) is logged once and not tried again. */
export const createDirects = ({ token, slackApiUrl, clock, log, redactor, budget }: Omit<ThreadOptions, 'config' | 'keptFiles'>): Directs => {
  const client = durableClient({ token, slackApiUrl, log, redactor, budget, clock });
  const api = createMessageApi({ client, clock, log });
  const unstored = createUnstored();
  return {
    async show(direct, stored, remember, signal) {
      const { userId, waits, wanted, ended } = direct;
      const run = client.redactor.value(direct.run);
      const id = `${run.id} ${userId}`;
      const memory = createMemory(unstored.recalled(id, stored), unstored.remembering(id, remember), () => clock.now());
      const view: Posting = { run, memory, api, signal, log };
      const endKey = `end-${run.retries ?? 0}`;
      const isBegun = (key: string): boolean => memory.begunOf(key) > 0 || memory.tsOf(key) !== undefined;
      try {
        // What stands there stays while it is not known.
        if (waits !== undefined && ((waits && wanted) || isBegun(WAITS))) await told(view, client, userId, WAITS, waitingDirect(run, waits));
        if (ended && wanted) await told(view, client, userId, endKey, endedDirect(run));
        return { shown: memory.shown() };
      } catch (error) {
        const failure = slackFailure(error);
        if (failure === undefined) throw error;
        log.warn({ runId: run.id, userId, error: failureWords(failure) }, 'slack did not take a direct message');
        if (failure.kind !== 'refused') return { shown: memory.shown(), againMs: againAfterMs(failure) };
        for (const key of [...(waits === true && wanted ? [WAITS] : []), ...(ended && wanted ? [endKey] : [])])
          if (memory.tsOf(key) === undefined) await memory.end(key, NOT_POSTED.refused);
        return { shown: memory.shown() };
      }
    },
  };
};

/** Posted once; edited where it says something else than what stands there. */
const told = async (view: Posting, client: SafeClient, userId: string, key: string, message: Message): Promise<void> => {
  const { memory } = view;
  if (memory.isEnded(key) && memory.tsOf(key) === undefined) return;
  if (memory.shown().channel === '') await memory.keep({ channel: await conversationWith(client, userId) });
  const hash = createHash('sha256').update(JSON.stringify(message)).digest('hex').slice(0, 16);
  const kept = (): Pick<Shown, 'replies'> => ({ replies: { ...memory.shown().replies, [`${key}-hash`]: hash } });
  const known = memory.tsOf(key);
  const ts = known ?? (await postOnce(view, key, message, { change: (_ts, isNew) => (isNew ? kept() : {}) }));
  if (ts === undefined || memory.shown().replies[`${key}-hash`] === hash) return;
  await editOnce(view, ts, message, false);
  await memory.keep(kept());
};

const conversationWith = async (client: SafeClient, userId: string): Promise<string> => {
  const { channel } = await client.conversations.open({ users: userId });
  return channel?.id ?? userId;
};
