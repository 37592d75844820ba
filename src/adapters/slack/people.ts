import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { People, Standing } from '../../ports/people.ts';
import { inTime } from './in-time.ts';
import { failureWords, slackFailure, type SlackFailure } from './slack-failure.ts';

/** How long what Slack says of a person is believed; what it does not say never is. */
const BELIEVED_MS = 60_000;
/** Longest wait for users.info: a single call takes 2 s at most, the rest is for a rate limit that is soon over. */
const PATIENCE_MS = 10_000;
/** How long after a look the next one is due, while pgdist may ask and while it may not. */
const LOOK_AGAIN_MS = { right: 60_000, 'no-right': 10_000 } as const;

export interface SlackPeople extends People {
  /** Learns the app's own workspace and whether pgdist may ask who somebody is. Rejects when Slack refuses the token. */
  start(): Promise<void>;
  /** For readiness: what a person must mend before anybody can be admitted, as known now. */
  faults(): readonly string[];
}

/** A full account says all of these; what is left out is not guessed. */
const userInfo = z.object({
  user: z.object({
    id: z.string(),
    team_id: z.string().optional(),
    deleted: z.boolean().optional(),
    is_bot: z.boolean().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    is_workflow_bot: z.boolean().optional(),
    is_connector_bot: z.boolean().optional(),
    /** Was asked to join and has not yet. */
    is_invited_user: z.boolean().optional(),
  }),
});

export const createPeople = (deps: {
  readonly client: webApi.WebClient;
  /** Workspaces whose people may command and decide; absent: the app's own. */
  readonly teamIds?: readonly string[] | undefined;
  readonly clock: Clock;
  readonly log: Log;
}): SlackPeople => {
  const { client, clock, log } = deps;
  let teamIds = deps.teamIds ?? [];
  let ownUser: string | undefined;
  let lacks: string | undefined;
  let lookedAtMs = 0;
  const believed = new Map<string, { readonly standing: Standing; readonly untilMs: number }>();

  const ask = async (userId: string): Promise<Standing> => {
    try {
      const standing = standingOf(userInfo.parse(await client.users.info({ user: userId })).user, userId, teamIds);
      lacks = undefined;
      lookedAtMs = clock.monotonicMs();
      if (standing.kind === 'silent') log.warn({ userId, error: 'an account without the usual fields' }, 'slack does not say who somebody is');
      else believed.set(userId, { standing, untilMs: clock.monotonicMs() + BELIEVED_MS });
      return standing;
    } catch (error) {
      const failure = slackFailure(error);
      log.warn({ userId, error: failure === undefined ? 'unexpected answer' : failureWords(failure) }, 'slack does not say who somebody is');
      const standing = standingByFailure(failure);
      if (standing.kind === 'no-right') {
        lacks = standing.lacks;
        lookedAtMs = clock.monotonicMs();
      }
      return standing;
    }
  };

  return {
    async standing({ userId, teamId }) {
      if (!teamIds.includes(teamId)) return { kind: 'refused', who: 'stranger' };
      const known = believed.get(userId);
      if (known !== undefined && known.untilMs > clock.monotonicMs()) return known.standing;
      believed.delete(userId);
      const answer = await inTime(ask(userId), clock, PATIENCE_MS);
      return answer.kind === 'done' ? answer.value : { kind: 'silent' };
    },
    async start() {
      const { team_id: ownTeam, user_id: user } = await client.auth.test();
      if (teamIds.length === 0 && ownTeam !== undefined) teamIds = [ownTeam];
      ownUser = user;
      lookedAtMs = clock.monotonicMs();
      if (ownUser !== undefined) await inTime(ask(ownUser), clock, PATIENCE_MS);
    },
    faults() {
      const due = lookedAtMs + LOOK_AGAIN_MS[lacks === undefined ? 'right' : 'no-right'];
      if (ownUser !== undefined && clock.monotonicMs() >= due) {
        lookedAtMs = clock.monotonicMs();
        void ask(ownUser);
      }
      return lacks === undefined ? [] : [`Slack does not let pgdist ask who somebody is, so nobody is admitted: the app lacks ${lacks}`];
    },
  };
};

/** Says of itself that it is no bot, and repeats what anybody has it repeat: reminders, its answers to words. */
const SLACKBOT = 'USLACKBOT';

const standingOf = (user: z.infer<typeof userInfo>['user'], askedId: string, teamIds: readonly string[]): Standing => {
  const refused = (who: Extract<Standing, { readonly kind: 'refused' }>['who']): Standing => ({ kind: 'refused', who });
  if (user.id !== askedId) return { kind: 'silent' };
  if (user.is_stranger === true || (user.team_id !== undefined && !teamIds.includes(user.team_id))) return refused('stranger');
  if (user.deleted === true) return refused('deactivated');
  if (SLACKBOT === user.id || user.is_bot === true || user.is_workflow_bot === true || user.is_connector_bot === true) return refused('bot');
  if (user.is_restricted === true || user.is_ultra_restricted === true) return refused('guest');
  const said =
    user.team_id !== undefined &&
    user.is_invited_user !== true &&
    [user.deleted, user.is_bot, user.is_restricted, user.is_ultra_restricted].every((flag) => flag === false);
  return said ? { kind: 'member' } : { kind: 'silent' };
};

/** Slack's errors about the person who was asked for. */
const ABOUT_THE_PERSON = ['user_not_found', 'user_not_visible', 'users_not_found'];
/** Slack's errors about the token: trying again does not help, a person must mend the app. */
const ABOUT_THE_TOKEN = [
  'missing_scope',
  'no_permission',
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'access_denied',
  'ekm_access_denied',
  'org_login_required',
  'team_access_not_granted',
];

const standingByFailure = (failure: SlackFailure | undefined): Standing => {
  if (failure?.kind !== 'refused') return { kind: 'silent' };
  if (ABOUT_THE_PERSON.includes(failure.error)) return { kind: 'refused', who: 'unknown' };
  if (ABOUT_THE_TOKEN.includes(failure.error)) return { kind: 'no-right', lacks: failure.needed ?? failure.error };
  return { kind: 'silent' };
};
