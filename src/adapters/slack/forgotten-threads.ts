import { z } from 'zod';
import { code, told } from '../../domain/text.ts';
import type { ForgottenThreads } from '../../ports/forgotten-threads.ts';
import { SLASH } from '../../ports/use-cases.ts';
import type { SafeClient } from './clients.ts';
import { cut } from './limits.ts';
import { toldMessage } from './render/told-message.ts';

/** Pages of 200 messages that are read of a channel, newest first: what waits longer has expired by itself. */
const MOST_PAGES = 5;

const marked = z.object({
  ts: z.string(),
  blocks: z.array(z.looseObject({ type: z.string() })).default([]),
  text: z.string().default(''),
  metadata: z.object({ event_type: z.literal('pgdist_run'), event_payload: z.object({ run: z.string(), key: z.string() }) }),
});
type Marked = z.infer<typeof marked>;

/** Finds the cards by the mark that each message of a run bears. */
export const createForgottenThreads = (client: SafeClient, channels: readonly string[]): ForgottenThreads => ({
  async end(isKnown) {
    let count = 0;
    for (const channel of channels) {
      for (const card of await cardsIn(client, channel)) {
        if (await isKnown(card.metadata.event_payload.run)) continue;
        if (await endThread(client, channel, card)) count += 1;
      }
    }
    return count;
  },
});

const cardsIn = async (client: SafeClient, channel: string): Promise<readonly Marked[]> => {
  const found: Marked[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const history = await client.conversations.history({
      channel,
      include_all_metadata: true,
      limit: 200,
      ...(cursor === undefined ? {} : { cursor }),
    });
    found.push(...ours(history.messages).filter(({ metadata }) => metadata.event_payload.key === 'card'));
    cursor = history.response_metadata?.next_cursor;
    if (cursor === undefined || cursor === '') break;
  }
  return found;
};

const ours = (messages: unknown): readonly Marked[] =>
  (Array.isArray(messages) ? messages : []).flatMap((message) => {
    const { success, data } = marked.safeParse(message);
    return success ? [data] : [];
  });

/** False for a thread whose newest reply tells its end. */
const endThread = async (client: SafeClient, channel: string, card: Marked): Promise<boolean> => {
  const { messages } = await client.conversations.replies({ channel, ts: card.ts, include_all_metadata: true, limit: 200 });
  const { run } = card.metadata.event_payload;
  // Alerts stand in the thread too, and say nothing of the run.
  const replies = ours(messages).filter(({ ts, metadata }) => ts !== card.ts && metadata.event_payload.run === run);
  if (replies.at(-1)?.metadata.event_payload.key.startsWith('ended-') === true || isLost(card)) return false;
  for (const { ts, text, blocks, metadata } of replies.filter((reply) => reply.blocks.some(isButtons)))
    await client.chat.update({ channel, ts, text, blocks: blocks.filter((block) => !isButtons(block)), metadata });
  const { text, blocks } = lost(card.metadata.event_payload.run);
  await client.chat.update({ channel, ts: card.ts, text, blocks: [...blocks], metadata: card.metadata });
  return true;
};

const isButtons = ({ type }: { readonly type: string }): boolean => type === 'actions';
const isLost = ({ text }: Marked): boolean => text.includes(LOST);
const LOST = 'is not known any more';

const lost = (runId: string) =>
  toldMessage(
    told`Run ${code(cut(runId, 20))} ${LOST}: pgdist’s Redis lost what it held, or is a new one. This pgdist does not work on the run; what was done on the clusters stays. \`${SLASH} verify\` shows what is there, and \`${SLASH} deploy\` plans what is missing.`,
  );
