import type { Outcome, SlackCommand } from '../contract.ts';
import type { Channel } from '../model.ts';
import { channelName, responseUrl } from '../payloads.ts';
import { applyResponse } from '../responses.ts';
import { SlackError } from '../slack-error.ts';
import { escapeTyped } from '../text/typed.ts';
import { teamOfUser, userOf } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { failed, tell } from './deps.ts';
import type { ActorDeps } from './deps.ts';

/** A slash command typed in a channel, or in a thread, where Slack refuses it. */
export const runCommand = async (deps: ActorDeps, userId: string, channel: Channel, line: string, threadTs?: string): Promise<Outcome> => {
  const { workspace } = deps;
  const refuse = (result: 'not_in_thread' | 'unknown_command' | 'not_a_member', shown: string): Outcome => {
    tell(workspace, channel, userId, shown, threadTs);
    return { result, shown };
  };
  const [name = ''] = line.trim().split(/\s+/u);
  const command = workspace.options.commands.find((other) => other.command === name);
  if (!channel.members.includes(userId)) return refuse('not_a_member', `You can't use ${name} here: you are not in this channel.`);
  if (!command) return refuse('unknown_command', `${name} is not a valid command.`);
  if (threadTs) return refuse('not_in_thread', `${name} is not supported in threads. Sorry!`);
  const text = line.trim().slice(name.length).trim();
  const target = { channel: channel.id, user: userId };
  const receipt = await deps.deliver({
    kind: 'slash_commands',
    url: command.requestUrl,
    payload: payloadOf(workspace, userId, channel, command, text),
  });
  if (receipt.result !== 'acknowledged') {
    const outcome = failed(name, receipt);
    tell(workspace, channel, userId, outcome.shown);
    return outcome;
  }
  showAck(workspace, target, receipt.ack);
  return receipt;
};

const payloadOf = (workspace: Workspace, userId: string, channel: Channel, command: SlackCommand, text: string): Record<string, unknown> => {
  const user = userOf(workspace, userId);
  const { enterprise } = workspace.options.team;
  return {
    token: workspace.verificationToken,
    api_app_id: workspace.options.app.appId,
    is_enterprise_install: 'false',
    ...(enterprise === undefined ? {} : { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
    team_id: teamOfUser(workspace, user),
    team_domain: workspace.options.team.domain,
    channel_id: channel.id,
    channel_name: channelName(channel),
    user_id: user.id,
    user_name: user.name,
    command: command.command,
    text: command.shouldEscape === false ? text : escapeTyped(workspace, text),
    response_url: responseUrl(workspace, { channel: channel.id, user: userId }),
    trigger_id: workspace.tickets.newTrigger(userId),
  };
};

/** An acknowledgement with text or blocks is shown; one that Slack cannot show is dropped without a word. */
const showAck = (workspace: Workspace, target: { readonly channel: string; readonly user: string }, ack: unknown): void => {
  const empty = ack === undefined || ack === null || ack === '' || (typeof ack === 'object' && Object.keys(ack).length === 0);
  if (empty) return;
  try {
    applyResponse(workspace, target, ack);
  } catch (error) {
    if (!(error instanceof SlackError)) throw error;
  }
};
