import { z } from 'zod';
import type { Actor, SlackOptions } from '../contract.ts';

const text = z.string().min(1).max(12_000);

/** What a person does on the page. */
const act = z.discriminatedUnion('act', [
  z.object({ act: z.literal('say'), channel: text, text, threadTs: text.optional() }),
  z.object({
    act: z.literal('click'),
    channel: text,
    ts: text,
    actionId: text,
    blockId: z.string().optional(),
    select: z.string().optional(),
  }),
  z.object({ act: z.literal('click-in-modal'), actionId: text }),
  z.object({ act: z.literal('open-app'), tab: z.enum(['home', 'messages']) }),
  z.object({
    act: z.literal('click-in-home'),
    actionId: text,
    blockId: z.string().optional(),
    select: z.string().optional(),
  }),
  z.object({ act: z.literal('submit'), values: z.record(z.string(), z.union([z.string(), z.array(z.string())])) }),
  z.object({ act: z.literal('close-modal') }),
  z.object({ act: z.literal('switch'), id: text, value: text }),
]);

export interface ActDeps {
  readonly options: SlackOptions;
  actor(userId: string): Actor;
  refreshSwitches(): void;
}

/** Does it, and returns what the page needs to know of the outcome. Throws ZodError for what is no act. */
export const perform = async (deps: ActDeps, userId: string, given: unknown): Promise<unknown> => {
  const wanted = act.parse(given);
  const actor = deps.actor(userId);
  switch (wanted.act) {
    case 'say':
      if (wanted.text.trimStart().startsWith('/')) return actor.command(wanted.channel, wanted.text, threadOption(wanted));
      return { ts: await actor.say(wanted.channel, wanted.text, threadOption(wanted)) };
    case 'click':
      return actor.click(wanted.channel, wanted.ts, wanted.actionId, {
        ...(wanted.blockId ? { blockId: wanted.blockId } : {}),
        ...(wanted.select === undefined ? {} : { select: wanted.select }),
      });
    case 'click-in-modal':
      return actor.clickInView(wanted.actionId);
    case 'open-app':
      await actor.openApp(wanted.tab);
      return {};
    case 'click-in-home':
      return actor.clickInHome(wanted.actionId, {
        ...(wanted.blockId ? { blockId: wanted.blockId } : {}),
        ...(wanted.select === undefined ? {} : { select: wanted.select }),
      });
    case 'submit':
      return actor.submitView(wanted.values);
    case 'close-modal':
      await actor.closeView();
      return {};
    case 'switch':
      await deps.options.onSwitch?.(wanted.id, wanted.value);
      deps.refreshSwitches();
      return {};
  }
};

const threadOption = ({ threadTs }: { readonly threadTs?: string | undefined }): { readonly threadTs?: string } => (threadTs ? { threadTs } : {});
