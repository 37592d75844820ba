import type { webApi } from '@slack/bolt';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { REQUIRED_SCOPES } from './manifest.ts';
import { backOffMs, failureWords, slackFailure } from './slack-failure.ts';
import { lackingScopes, refusedStart, usersToken } from './start-refusal.ts';

interface OwnBot {
  readonly botId: string;
  readonly botUserId: string;
}

/**
 * Who pgdist is in its workspace. Waits for Slack while it does not answer, at most a minute between two tries; throws SlackRefusedError when the
 * token is not what it should be, and the signal's reason.
 */
export const meetSlack = async (deps: {
  readonly client: webApi.WebClient;
  /** Asked after the token was found good, and again with it. */
  readonly learn: () => Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Promise<OwnBot> => {
  const { client, learn, clock, random, log, signal } = deps;
  for (let failures = 1; ; failures += 1) {
    signal.throwIfAborted();
    try {
      const bot = botOf(await client.auth.test());
      await learn();
      return bot;
    } catch (error) {
      const failure = slackFailure(error);
      if (failure === undefined) throw error;
      const refused = refusedStart('SLACK_BOT_TOKEN', failure);
      if (refused !== undefined) throw refused;
      const waitMs = failure.kind === 'rate-limited' ? failure.retryAfterMs : backOffMs(failures, random());
      log.warn({ reason: failureWords(failure), failures, waitMs: Math.round(waitMs) }, 'waiting for slack');
      await clock.sleep(waitMs, signal);
    }
  }
};

const botOf = ({ bot_id: botId, user_id: botUserId, response_metadata: more }: webApi.AuthTestResponse): OwnBot => {
  const scopes: unknown = more !== undefined && 'scopes' in more ? more.scopes : undefined;
  if (botId === undefined || botUserId === undefined) throw usersToken();
  const provided = Array.isArray(scopes) ? scopes.map(String) : undefined;
  const lacking = provided === undefined ? [] : REQUIRED_SCOPES.filter((scope) => !provided.includes(scope));
  if (provided !== undefined && lacking.length > 0) throw lackingScopes('SLACK_BOT_TOKEN', lacking.join(','), provided.join(','));
  return { botId, botUserId };
};
