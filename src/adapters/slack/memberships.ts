import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Memberships } from '../../ports/memberships.ts';
import type { SafeClient } from './clients.ts';
import { inTime } from './in-time.ts';
import { failureWords, slackFailure } from './slack-failure.ts';

/** How long the members of a channel are believed. */
const BELIEVED_MS = 60_000;
const PATIENCE_MS = 2_400;
const PAGE = 1_000;
/** Members beyond so many pages are not read: nobody of them is known to be in the channel. */
const MOST_PAGES = 10;

type Members = ReadonlySet<string> | undefined;

/** Who is in which channel, as Slack says it; it needs channels:read, and groups:read of private channels. */
export const createMemberships = ({ client, clock, log }: { readonly client: SafeClient; readonly clock: Clock; readonly log: Log }): Memberships => {
  const believed = new Map<string, { readonly members: Promise<Members>; readonly untilMs: number }>();

  const read = async (channel: string): Promise<Members> => {
    const members = new Set<string>();
    try {
      for (let cursor: string | undefined, page = 0; page < MOST_PAGES; page += 1) {
        const { members: some = [], response_metadata: more } = await client.conversations.members({
          channel,
          limit: PAGE,
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const member of some) members.add(member);
        cursor = more?.next_cursor;
        if (cursor === undefined || cursor === '') break;
      }
      return members;
    } catch (error) {
      const failure = slackFailure(error);
      log.warn({ channel, error: failure === undefined ? 'unexpected answer' : failureWords(failure) }, 'slack does not say who is in a channel');
      believed.delete(channel);
      return undefined;
    }
  };

  const membersOf = (channel: string): Promise<Members> => {
    const known = believed.get(channel);
    if (known !== undefined && known.untilMs > clock.monotonicMs()) return known.members;
    const members = read(channel);
    believed.set(channel, { members, untilMs: clock.monotonicMs() + BELIEVED_MS });
    return members;
  };

  return {
    async channelsOf(userId, channels) {
      const all = Promise.all(channels.map(async (channel) => ({ channel, members: await membersOf(channel) })));
      const answer = await inTime(all, clock, PATIENCE_MS);
      if (answer.kind === 'late') return undefined;
      const known = answer.value.filter(({ members }) => members !== undefined);
      if (known.length === 0) return undefined;
      return known.flatMap(({ channel, members }) => (members?.has(userId) === true ? [channel] : []));
    },
  };
};
