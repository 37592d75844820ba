import type { Outcome } from '../contract.ts';
import { homeOf } from '../app-home.ts';
import type { Message, View } from '../model.ts';
import { appMembers, channelName, responseUrl, teamMember, userMember } from '../payloads.ts';
import { topView } from '../view-stack.ts';
import { messageShape, viewShape } from '../web-api/shapes.ts';
import { userOf } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';
import { failed } from './deps.ts';
import type { ActorDeps } from './deps.ts';
import { elementsOf, selection } from './elements.ts';
import type { Placed } from './elements.ts';

interface Click {
  readonly channelId: string;
  readonly messageTs: string;
  readonly actionId: string;
  readonly value?: string | undefined;
  readonly select?: string | undefined;
  readonly blockId?: string | undefined;
}

/** A button or menu of a message. */
export const clickInMessage = async (deps: ActorDeps, userId: string, click: Click): Promise<Outcome> => {
  const { workspace } = deps;
  const channel = workspace.channels.get(click.channelId);
  const message = channel?.messages.find(({ ts, visibleTo }) => ts === click.messageTs && (!visibleTo || visibleTo === userId));
  if (!channel || !message) throw new Error(`${userId} sees no message ${click.messageTs} in ${click.channelId}`);
  if (!channel.members.includes(userId)) return { result: 'not_a_member', shown: 'Join the channel to use this.' };
  const found = findElement(message, click);
  const receipt = await deps.deliver({
    kind: 'interactive',
    url: workspace.options.interactivityUrl,
    payload: {
      type: 'block_actions',
      user: userMember(workspace, userOf(workspace, userId)),
      ...appMembers(workspace),
      container: {
        type: 'message',
        message_ts: message.ts,
        channel_id: channel.id,
        is_ephemeral: message.visibleTo !== undefined,
        ...(message.threadTs && workspace.options.undocumented !== 'left-out' ? { thread_ts: message.threadTs } : {}),
      },
      trigger_id: workspace.tickets.newTrigger(userId),
      team: teamMember(workspace),
      channel: { id: channel.id, name: channelName(channel) },
      // Slack does not repeat an ephemeral message in its payload.
      ...(message.visibleTo ? {} : { message: messageShape(workspace, message, true) }),
      state: { values: {} },
      response_url: responseUrl(workspace, { channel: channel.id, user: userId, messageTs: message.ts }),
      actions: [actionOf(workspace, found, click)],
    },
  });
  return receipt.result === 'acknowledged' ? receipt : failed('The button', receipt);
};

/** A button inside the modal on top. */
export const clickInView = (deps: ActorDeps, userId: string, actionId: string): Promise<Outcome> =>
  clickIn(deps, userId, topView(deps.workspace, userId), { actionId });

/** A button or menu of the Home tab. Slack gives it a trigger, and neither a channel nor a response_url. */
export const clickInHome = (deps: ActorDeps, userId: string, click: ClickInView): Promise<Outcome> =>
  clickIn(deps, userId, homeOf(deps.workspace, userId), click);

type ClickInView = Omit<Click, 'channelId' | 'messageTs'>;

const clickIn = async (deps: ActorDeps, userId: string, view: View | undefined, click: ClickInView): Promise<Outcome> => {
  const { workspace } = deps;
  const { actionId, blockId } = click;
  const found =
    view &&
    elementsOf(view.definition.blocks).find(
      (placed) => placed.element.action_id === actionId && (blockId === undefined || blockId === placed.blockId),
    );
  if (!found) throw new Error(`${userId} has no view open with ${actionId}`);
  const receipt = await deps.deliver({
    kind: 'interactive',
    url: workspace.options.interactivityUrl,
    payload: {
      type: 'block_actions',
      user: userMember(workspace, userOf(workspace, userId)),
      ...appMembers(workspace),
      container: { type: 'view', view_id: view.id },
      trigger_id: workspace.tickets.newTrigger(userId),
      team: teamMember(workspace),
      view: viewShape(workspace, view),
      actions: [actionOf(workspace, found, click)],
    },
  });
  return receipt.result === 'acknowledged' ? receipt : failed('The button', receipt);
};

/** Newest blocks first: a client that has not caught up may still press what an edit took away. */
const findElement = (message: Message, click: Click): Placed => {
  for (const blocks of [message.blocks, ...message.formerBlocks.toReversed()]) {
    const found = elementsOf(blocks).find(
      ({ element, blockId }) => element.action_id === click.actionId && (click.blockId === undefined || click.blockId === blockId),
    );
    if (found) return found;
  }
  const present = elementsOf(message.blocks).map(({ element }) => element.action_id);
  throw new Error(`message ${message.ts} never had ${click.actionId}; it has ${present.join(', ') || 'no buttons'}`);
};

const actionOf = (workspace: Workspace, { element, blockId }: Placed, { value, select }: Partial<Click>): object => ({
  type: element.type,
  action_id: element.action_id,
  block_id: blockId,
  ...(element.text === undefined ? {} : { text: element.text }),
  ...(element.style ? { style: element.style } : {}),
  ...selection(element, select === undefined ? [] : [select]),
  ...(value === undefined ? {} : { value }),
  action_ts: workspace.nextTs(),
});
