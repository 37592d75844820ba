import { acceptBlocks } from '../../../playground/slack/blocks/validate.ts';
import { showBlocks } from '../../../playground/slack/shown/blocks.ts';
import { blockLines } from '../../../playground/slack/transcript/block.ts';
import type { Message } from '../../../src/adapters/slack/render/message.ts';

const NAMES: Readonly<Record<string, string>> = { U0ALICE: 'alice', U0BOB: 'bob', U0CAROL: 'carol', U0OPS: 'ops' };

/** The message as a client shows it, in text; refuses what Slack refuses. Times are UTC. */
export const shownAs = (message: Pick<Message, 'blocks'>): string => {
  let id = 0;
  const blocks = acceptBlocks(structuredClone(message.blocks), () => `b${(id += 1)}`);
  const names = {
    user: (user: string) => NAMES[user],
    channel: () => 'databases',
    usergroup: () => undefined,
    now: new Date('2026-11-22T15:00:00Z'),
    timeZone: 'UTC',
  };
  return `${showBlocks(blocks, { names, people: [] }).flatMap(blockLines).join('\n')}\n`;
};
