import type { webApi } from '@slack/bolt';
import type { Actor } from '../../domain/run.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { People, Standing } from '../../ports/people.ts';
import { accountIn, type Account, type Home, isAtHome, organisationOf, standingOf } from './account.ts';
import { inTime } from './in-time.ts';
import { failureWords, lackedRight, slackFailure, type SlackFailure } from './slack-failure.ts';

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

export const createPeople = (deps: {
  readonly client: webApi.WebClient;
  /** Workspaces whose people may command and decide; absent: the app's own and, in an Enterprise organisation, its sisters. */
  readonly teamIds?: readonly string[] | undefined;
  readonly clock: Clock;
  readonly log: Log;
}): SlackPeople => {
  const { client, clock, log } = deps;
  let home: Home = { teamIds: deps.teamIds ?? [] };
  let ownUser: string | undefined;
  let lacks: string | undefined;
  let lookedAtMs = 0;
  const believed = new Map<string, { readonly account: Account; readonly untilMs: number }>();

  /** What Slack says of the account, or why it says nothing. */
  const ask = async (userId: string): Promise<Account | Standing> => {
    try {
      const account = accountIn(await client.users.info({ user: userId }));
      lacks = undefined;
      lookedAtMs = clock.monotonicMs();
      return account;
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

  /** Believed for a while only where it says what somebody is. */
  const judged = (actor: Actor, account: Account): Standing => {
    const standing = standingOf(account, actor, home);
    if (standing.kind === 'silent')
      log.warn({ userId: actor.userId, error: 'an account without the usual fields' }, 'slack does not say who somebody is');
    return standing;
  };

  const asked = async (actor: Actor): Promise<Standing> => {
    const answer = await ask(actor.userId);
    if ('kind' in answer) return answer;
    const standing = judged(actor, answer);
    if (standing.kind !== 'silent') believed.set(actor.userId, { account: answer, untilMs: clock.monotonicMs() + BELIEVED_MS });
    return standing;
  };

  return {
    async standing(actor) {
      const foreign = !isAtHome(actor.teamId, home);
      // Only in an organisation may somebody of another workspace be one of us.
      if (foreign && home.enterpriseId === undefined) return { kind: 'refused', who: 'stranger' };
      const known = believed.get(actor.userId);
      if (known !== undefined && known.untilMs > clock.monotonicMs()) return judged(actor, known.account);
      believed.delete(actor.userId);
      const answer = await inTime(asked(actor), clock, PATIENCE_MS);
      const standing: Standing = answer.kind === 'done' ? answer.value : { kind: 'silent' };
      return foreign && standing.kind !== 'member' && standing.kind !== 'refused' ? { ...standing, foreign } : standing;
    },
    async start() {
      const { team_id: ownTeam, user_id: user, enterprise_id: enterpriseId } = await client.auth.test();
      home = {
        teamIds: deps.teamIds ?? (ownTeam === undefined ? [] : [ownTeam]),
        ...organisationOf({ enterprise_user: { enterprise_id: enterpriseId } }),
        ...(deps.teamIds === undefined ? {} : { named: true }),
      };
      ownUser = user;
      lookedAtMs = clock.monotonicMs();
      if (ownUser === undefined) return;
      const own = await inTime(ask(ownUser), clock, PATIENCE_MS);
      const account = own.kind === 'done' && !('kind' in own.value) ? own.value : undefined;
      // auth.test may leave out what the bot's own account says.
      home = { ...home, ...organisationOf(account) };
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

/** Slack's errors about the person who was asked for. */
const ABOUT_THE_PERSON = ['user_not_found', 'user_not_visible', 'users_not_found'];
const standingByFailure = (failure: SlackFailure | undefined): Standing => {
  if (failure?.kind !== 'refused') return { kind: 'silent' };
  if (ABOUT_THE_PERSON.includes(failure.error)) return { kind: 'refused', who: 'unknown' };
  const lacks = lackedRight(failure);
  if (lacks !== undefined) return { kind: 'no-right', lacks };
  return { kind: 'silent' };
};
