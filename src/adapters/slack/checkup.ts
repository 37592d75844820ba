import { rowsOf, type CheckupRow } from '../../domain/checkup.ts';
import { plainText, told } from '../../domain/text.ts';
import { aboutRefusal, remedyOf } from '../../domain/thread-refusal.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Redactor } from '../../redaction/redactor.ts';
import type { GroupAnswer } from '../../ports/groups.ts';
import { interactiveClient } from './clients.ts';
import { createGroups } from './groups.ts';
import { OPTIONAL_SCOPES } from './manifest.ts';
import { meetSlack } from './meet-slack.ts';
import { failureWords, slackFailure } from './slack-failure.ts';
import { refusedStart, SlackRefusedError } from './start-refusal.ts';

interface SlackToLookAt {
  readonly botToken: string;
  /** Absent: signed HTTP, or not known here. */
  readonly appToken?: string | undefined;
  readonly channels: readonly string[];
  /** User groups by which somebody may ask or approve. */
  readonly groups: readonly string[];
  readonly slackApiUrl: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly redactor: Redactor;
}

const row = rowsOf('slack');

/** Tokens and scopes, whether a socket may be opened, and in which channels pgdist is. Nothing is posted. */
export const lookAtSlack = async (slack: SlackToLookAt, signal: AbortSignal): Promise<CheckupRow[]> => {
  const client = clientOf(slack, slack.botToken);
  const token = await lookAtToken(slack, client, signal);
  // All else would be refused for the same reason.
  if (token.standing !== 'well') return [token];
  const channels = await Promise.all(slack.channels.map((channel) => lookAtChannel(client, channel)));
  return [token, ...(await lookAtOptionalScopes(client)), await lookAtSocket(slack), ...channels, ...(await lookAtGroups(slack, client))];
};

type Client = ReturnType<typeof interactiveClient>;
const clientOf = ({ slackApiUrl, log, redactor }: SlackToLookAt, token: string): Client => interactiveClient({ token, slackApiUrl, log, redactor });

const lookAtToken = async ({ clock, log }: SlackToLookAt, client: Client, signal: AbortSignal): Promise<CheckupRow> => {
  const once = { ...clock, sleep: () => Promise.reject(new Error('Slack gives no answer')) };
  try {
    await meetSlack({ client, learn: async () => undefined, clock: once, random: () => 0, log, signal });
    return row.well('Slack takes the bot token, which has every scope that is needed');
  } catch (error) {
    if (error instanceof SlackRefusedError) return row.fault(error.message);
    return row.unknown(`${error instanceof Error ? error.message : String(error)}: its tokens, scopes and channels are not known`);
  }
};

/** Of what pgdist does without, each that the app lacks, with what is then not done. Slack names the scopes beside each answer to the token. */
const lookAtOptionalScopes = async (client: Client): Promise<CheckupRow[]> => {
  const { response_metadata: more } = await client.auth.test();
  const scopes: unknown = more !== undefined && 'scopes' in more ? more.scopes : undefined;
  if (!Array.isArray(scopes)) return [];
  return Object.entries(OPTIONAL_SCOPES).flatMap(([scope, what]) =>
    scopes.includes(scope)
      ? []
      : [
          row.warning(
            `the Slack app lacks the optional scope ${scope}, with which pgdist ${what}`,
            'Add it under “OAuth & Permissions” and install the app again, if you want that.',
          ),
        ],
  );
};

const lookAtSocket = async (slack: SlackToLookAt): Promise<CheckupRow> => {
  if (slack.appToken === undefined)
    return row.leftOut('SLACK_APP_TOKEN is not set here: whether Slack reaches a bot by signed HTTP only Slack can tell');
  try {
    await clientOf(slack, slack.appToken).apps.connections.open({});
    return row.well('a Socket Mode connection may be opened');
  } catch (error) {
    const failure = slackFailure(error);
    const refused = refusedStart('SLACK_APP_TOKEN', failure);
    if (refused !== undefined) return row.fault(refused.message);
    if (failure === undefined) throw error;
    return row.unknown(`whether a Socket Mode connection may be opened is not known: ${failureWords(failure)}`);
  }
};

/** Whether anybody counts by each group that the configuration names. */
const lookAtGroups = async ({ groups, clock, log }: SlackToLookAt, client: Client): Promise<CheckupRow[]> => {
  const asked = createGroups({ client, clock, log });
  return await Promise.all(groups.map(async (id) => groupRow(id, await asked.membersOf(id))));
};

const groupRow = (id: string, answer: GroupAnswer): CheckupRow => {
  switch (answer.kind) {
    case 'members':
      return answer.users.length === 0
        ? row.fault(`nobody is in user group ${id}, and so nobody counts by it`, 'Add people to it in Slack, or name others in pgdist.yaml.')
        : row.well(`${answer.users.length === 1 ? '1 person is' : `${answer.users.length} people are`} in user group ${id}`);
    case 'gone':
      return row.fault(
        `Slack knows no user group ${id} that is in use, and nobody counts by it`,
        'Enable it in Slack, or name another in pgdist.yaml.',
      );
    case 'no-right':
      return row.fault(
        `pgdist may not ask who is in user group ${id}: the Slack app lacks ${answer.lacks}`,
        'Add it under “OAuth & Permissions” and install the app again, or name people instead.',
      );
    case 'no-plan':
      return row.fault(`this workspace has no user groups, and pgdist.yaml names ${id}`, 'Name people instead.');
    case 'silent':
    case 'no-token':
      return row.unknown(`Slack does not say who is in user group ${id}`);
  }
};

const lookAtChannel = async (client: Client, channel: string): Promise<CheckupRow> => {
  try {
    await client.conversations.history({ channel, limit: 1 });
    return row.well(`pgdist is in channel ${channel}`);
  } catch (error) {
    const failure = slackFailure(error);
    if (failure === undefined) throw error;
    if (failure.kind === 'refused' && aboutRefusal(failure.error) === 'channel')
      return row.fault(`pgdist may not work in channel ${channel} (${failure.error})`, plainText(told`${remedyOf(failure, channel)}`));
    const lacks = failure.kind === 'refused' && aboutRefusal(failure.error) === 'scope';
    return row.unknown(
      `whether pgdist is in channel ${channel} is not known: ${lacks ? 'the app lacks channels:history' : failureWords(failure)}`,
      lacks ? 'See in the channel itself that pgdist is a member, or add the scope.' : undefined,
    );
  }
};
