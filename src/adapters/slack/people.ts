import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import { UserError } from '../../domain/problem.ts';
import type { Actor } from '../../domain/run.ts';
import type { Clock } from '../../ports/clock.ts';
import { inTime } from './in-time.ts';
import type { Log } from '../../ports/log.ts';
import { failureWords, slackFailure } from './slack-failure.ts';
import { type Text, told } from '../../domain/text.ts';

/** How long what Slack says of a person is believed. */
const BELIEVED_MS = 60_000;
/** For requests that change nothing on a cluster: longer than this nobody waits for users.info. */
const PATIENCE_MS = 700;

export interface People {
  /**
   * Throws UserError for guests, bots, deleted people and people of other workspaces (Slack Connect). strict: refuses as well when
   * Slack cannot say who it is; otherwise the workspace in the signed payload must do.
   */
  admit(actor: Actor, strictness: 'strict' | 'lenient'): Promise<void>;
}

const userInfo = z.object({
  user: z.object({
    team_id: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
  }),
});

export const createPeople = (deps: {
  readonly client: webApi.WebClient;
  readonly teamIds: () => readonly string[];
  readonly clock: Clock;
  readonly log: Log;
}): People => {
  const { client, teamIds, clock, log } = deps;
  const believed = new Map<string, { readonly refusal: Text | undefined; readonly untilMs: number }>();

  const ask = async (userId: string): Promise<Text | undefined> => {
    const known = believed.get(userId);
    if (known !== undefined && known.untilMs > clock.monotonicMs()) return known.refusal;
    const { user } = userInfo.parse(await client.users.info({ user: userId }));
    const refusal = refusalFor(user, teamIds());
    believed.set(userId, { refusal, untilMs: clock.monotonicMs() + BELIEVED_MS });
    return refusal;
  };

  return {
    async admit({ userId, teamId }, strictness) {
      if (!teamIds().includes(teamId)) throw new UserError(STRANGER);
      const asked = ask(userId).catch((error: unknown) => {
        const failure = slackFailure(error);
        log.warn({ userId, error: failure === undefined ? 'unexpected answer' : failureWords(failure) }, 'slack does not say who somebody is');
        if (strictness === 'strict') throw new UserError(told`Nothing was done: Slack cannot say right now who you are. Try again in a moment.`);
        return undefined;
      });
      const answer = strictness === 'strict' ? ({ kind: 'done', value: await asked } as const) : await inTime(asked, clock, PATIENCE_MS);
      if (answer.kind === 'done' && answer.value !== undefined) throw new UserError(answer.value);
    },
  };
};

const STRANGER = told`Nothing was done: people of another workspace may look on here, but not command or decide.`;

const refusalFor = (user: z.infer<typeof userInfo>['user'], teamIds: readonly string[]): Text | undefined => {
  if (user.is_stranger === true || (user.team_id !== undefined && !teamIds.includes(user.team_id))) return STRANGER;
  if (user.deleted === true) return told`Nothing was done: this account is deactivated.`;
  if (user.is_bot === true) return told`Nothing was done: bots may not command pgdist.`;
  if (user.is_restricted === true || user.is_ultra_restricted === true)
    return told`Nothing was done: guests of this workspace may look on, but not command or decide.`;
  return undefined;
};
