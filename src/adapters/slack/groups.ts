import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import { GROUP_WITHIN_MS, type GroupAnswer, type Groups } from '../../ports/groups.ts';
import type { Log } from '../../ports/log.ts';
import { inTime } from './in-time.ts';
import { failureWords, lackedRight, slackFailure, type SlackFailure } from './slack-failure.ts';

/** What is read of usergroups.users.list; a page that says that there are more is not the whole group. */
const answer = z.object({
  users: z.array(z.string()),
  response_metadata: z.object({ next_cursor: z.string().optional() }).optional(),
});

/** More of a group than this is not looked through within the time. */
const MOST_PAGES = 10;

/** Who is in a user group, by Slack's own word of now; disabled ones count as gone. */
export const createGroups = ({ client, clock, log }: { readonly client: webApi.WebClient; readonly clock: Clock; readonly log: Log }): Groups => {
  const pages = async (group: string): Promise<GroupAnswer> => {
    const users: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const given = { usergroup: group, ...(cursor === undefined ? {} : { cursor }) };
      const found = answer.safeParse(await client.apiCall('usergroups.users.list', given));
      if (!found.success) return { kind: 'silent' };
      users.push(...found.data.users);
      cursor = found.data.response_metadata?.next_cursor;
      if (cursor === undefined || cursor === '') return { kind: 'members', users };
    }
    return { kind: 'silent' };
  };
  const ask = async (group: string): Promise<GroupAnswer> => {
    try {
      return await pages(group);
    } catch (error) {
      const failure = slackFailure(error);
      log.warn({ group, error: failure === undefined ? 'unexpected answer' : failureWords(failure) }, 'slack does not say who is in a group');
      return byFailure(failure);
    }
  };
  return {
    async membersOf(group) {
      const found = await inTime(ask(group), clock, GROUP_WITHIN_MS);
      if (found.kind === 'done') return found.value;
      log.warn({ group, withinMs: GROUP_WITHIN_MS }, 'slack does not say who is in a group in time');
      return { kind: 'silent' };
    },
  };
};

/** Slack's errors about a group that is not in use. */
const GONE = ['no_such_subteam', 'subteam_not_found', 'invalid_usergroup'];

const byFailure = (failure: SlackFailure | undefined): GroupAnswer => {
  if (failure?.kind !== 'refused') return { kind: 'silent' };
  if (GONE.includes(failure.error)) return { kind: 'gone' };
  if (failure.error === 'plan_upgrade_required') return { kind: 'no-plan' };
  const lacks = lackedRight(failure);
  return lacks === undefined ? { kind: 'silent' } : { kind: 'no-right', lacks };
};
