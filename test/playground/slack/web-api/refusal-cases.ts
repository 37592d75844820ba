import type { Block } from '../../../../playground/slack/block.ts';
import type { Posting } from '../../../../playground/slack/index.ts';
import type { ViewDefinition } from '../../../../playground/slack/model.ts';
import { pushView } from '../../../../playground/slack/view-stack.ts';
import type { Workspace } from '../../../../playground/slack/workspace.ts';

/** What a case may need of a workspace. */
export interface Scene {
  readonly workspace: Workspace;
  readonly pass: (ms: number) => void;
  /** Message of the app, and one of a person. */
  readonly ours: string;
  readonly theirs: string;
  /** An uploaded file that is not shared yet. */
  readonly file: string;
}

type Parameters = Readonly<Record<string, unknown>>;

/** One call that is refused. */
export interface Refusal {
  readonly method: string;
  readonly error: string;
  readonly given: Parameters | ((scene: Scene) => Parameters);
}

export const OPS = 'C0OPS';
export const GENERAL = 'C0GENERAL';
export const OLD = 'C0OLD';
export const ALICE = 'U0ALICE';

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const LONG = Array.from({ length: 5 }, () => section('x'.repeat(2900)));
const WRONG = [section('x'.repeat(3001))];
const TABLE = { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] };
const modal = (more: { readonly blocks?: readonly Block[] } = {}): ViewDefinition => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'T' },
  blocks: [],
  ...more,
});
/** Opens one more modal on Alice's stack; its id. */
const stackModal = ({ workspace }: Scene): string => pushView(workspace, ALICE, modal()).id;
const HUGE_VIEW = modal({ blocks: Array.from({ length: 100 }, () => section('x'.repeat(2900))) });
const trigger = ({ workspace }: Scene): string => workspace.tickets.newTrigger(ALICE);

/** The workspace stopped paying. */
const unpaid = ({ workspace }: Scene): Parameters => {
  workspace.plan = 'free';
  return { usergroup: 'S0DB' };
};

const of = (method: string, errors: Readonly<Record<string, Refusal['given']>>): Refusal[] =>
  Object.entries(errors).map(([error, given]) => ({ method, error, given }));

/** Of what is posted, by the members that a method needs besides. */
const posting = (more: (scene: Scene) => Parameters): Readonly<Record<string, Refusal['given']>> => ({
  channel_not_found: (scene) => ({ text: 'x', ...more(scene), channel: 'C0NONE' }),
  invalid_attachments: (scene) => ({ text: 'x', ...more(scene), attachments: [{}] }),
  invalid_blocks: (scene) => ({ ...more(scene), blocks: WRONG }),
  invalid_blocks_format: (scene) => ({ ...more(scene), blocks: '[' }),
  is_archived: (scene) => ({ text: 'x', ...more(scene), channel: OLD }),
  msg_blocks_too_long: (scene) => ({ ...more(scene), blocks: LONG }),
  no_text: (scene) => ({ text: '', ...more(scene) }),
  not_in_channel: (scene) => ({ text: 'x', ...more(scene), channel: GENERAL }),
});

/** Of what is posted where not everybody may. */
const restricted = (more: (scene: Scene) => Parameters): Readonly<Record<string, Refusal['given']>> => {
  const as =
    (posting: Posting, thread = false): Refusal['given'] =>
    (scene) => {
      Object.assign(scene.workspace.channels.get(OPS)!, { posting });
      return { ...more(scene), ...(thread ? { thread_ts: scene.ours } : {}) };
    };
  return {
    restricted_action: as('restricted'),
    restricted_action_non_threadable_channel: as('no-threads', true),
    restricted_action_read_only_channel: as('read-only'),
    restricted_action_thread_only_channel: as('threads-only'),
  };
};

const without = <T>(name: string, cases: Readonly<Record<string, T>>): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(cases).filter(([error]) => error !== name));

const METADATA: Readonly<Record<string, Parameters>> = {
  invalid_metadata_format: { text: 'x', metadata: { event_type: '' } },
  metadata_too_large: { text: 'x', metadata: { event_type: 'e', event_payload: { big: 'x'.repeat(9000) } } },
};

const withMetadata = (more: (scene: Scene) => Parameters): Readonly<Record<string, Refusal['given']>> =>
  Object.fromEntries(Object.entries(METADATA).map(([error, given]) => [error, (scene: Scene) => ({ ...more(scene), ...given })]));

const triggers = (view: ViewDefinition): Readonly<Record<string, Refusal['given']>> => ({
  exchanged_trigger_id: (scene) => {
    const id = trigger(scene);
    scene.workspace.tickets.useTrigger(id);
    return { trigger_id: id, view };
  },
  expired_trigger_id: (scene) => {
    const id = trigger(scene);
    scene.pass(3001);
    return { trigger_id: id, view };
  },
  invalid_arguments: (scene) => ({ trigger_id: trigger(scene) }),
  invalid_trigger_id: { trigger_id: 'guess', view },
  view_too_large: (scene) => ({ trigger_id: trigger(scene), view: HUGE_VIEW }),
});

/** Every refusal of every method, with a call that gets it. */
export const REFUSALS: readonly Refusal[] = [
  ...of('blocks.validate', { invalid_arguments: {}, invalid_blocks: { blocks: WRONG } }),
  ...of('chat.delete', {
    cant_delete_message: ({ theirs }) => ({ channel: OPS, ts: theirs }),
    channel_not_found: { channel: 'C0NONE', ts: '1.000001' },
    invalid_arguments: { channel: OPS },
    message_not_found: { channel: OPS, ts: '1.000001' },
  }),
  ...of('chat.getPermalink', {
    channel_not_found: { channel: 'C0NONE', message_ts: '1.000001' },
    invalid_arguments: { channel: OPS },
    message_not_found: { channel: OPS, message_ts: '1.000001' },
  }),
  ...of('chat.postEphemeral', {
    ...posting(() => ({ channel: OPS, user: ALICE })),
    ...restricted(() => ({ channel: OPS, user: ALICE, text: 'x' })),
    invalid_arguments: { channel: OPS, text: 'x' },
    thread_not_found: { channel: OPS, user: ALICE, text: 'x', thread_ts: '1.000001' },
    user_not_in_channel: { channel: OPS, user: 'U0DAVE', text: 'x' },
  }),
  ...of('chat.postMessage', {
    ...posting(() => ({ channel: OPS })),
    ...restricted(() => ({ channel: OPS, text: 'x' })),
    ...withMetadata(() => ({ channel: OPS })),
    invalid_arguments: { text: 'x' },
    messages_tab_disabled: ({ workspace }) => {
      workspace.tabs.messages = false;
      return { channel: ALICE, text: 'x' };
    },
    thread_not_found: { channel: OPS, text: 'x', thread_ts: '1.000001' },
  }),
  { method: 'chat.postMessage', error: 'invalid_attachments', given: { channel: OPS, blocks: [TABLE, TABLE] } },
  { method: 'chat.postMessage', error: 'invalid_attachments', given: { channel: OPS, text: 'x', attachments: '[' } },
  { method: 'chat.postMessage', error: 'invalid_metadata_format', given: { channel: OPS, text: 'x', metadata: '{' } },
  ...of('chat.update', {
    ...without(
      'is_archived',
      posting(({ ours }) => ({ channel: OPS, ts: ours })),
    ),
    is_inactive: { channel: OLD, ts: '1.000001', text: 'x' },
    ...withMetadata(({ ours }) => ({ channel: OPS, ts: ours })),
    cant_update_message: ({ theirs }) => ({ channel: OPS, ts: theirs, text: 'x' }),
    invalid_arguments: { channel: OPS, text: 'x' },
    message_not_found: { channel: OPS, ts: '1.000001', text: 'x' },
    msg_too_long: ({ ours }) => ({ channel: OPS, ts: ours, text: 'x'.repeat(4001) }),
  }),
  ...of('conversations.history', {
    channel_not_found: { channel: 'C0NONE' },
    invalid_arguments: { channel: OPS, limit: 1000 },
    invalid_cursor: { channel: OPS, cursor: 'guess' },
    not_in_channel: { channel: GENERAL },
  }),
  ...of('conversations.info', { channel_not_found: { channel: 'C0NONE' }, invalid_arguments: {} }),
  ...of('conversations.list', { invalid_arguments: { limit: 0 }, invalid_cursor: { cursor: 'guess' } }),
  ...of('conversations.members', {
    channel_not_found: { channel: 'C0NONE' },
    invalid_arguments: {},
    invalid_cursor: { channel: OPS, cursor: 'guess' },
  }),
  ...of('conversations.open', {
    invalid_arguments: {},
    method_not_supported_for_channel_type: { users: `${ALICE},U0BOB` },
    user_disabled: ({ workspace }) => {
      workspace.users.set('U0GONE', { id: 'U0GONE', name: 'gone', realName: 'Gone', flags: ['deleted'] });
      return { users: 'U0GONE' };
    },
    user_not_found: { users: 'U0DAVE' },
  }),
  ...of('conversations.replies', {
    channel_not_found: { channel: 'C0NONE', ts: '1.000001' },
    invalid_arguments: { channel: OPS },
    invalid_cursor: ({ ours }) => ({ channel: OPS, ts: ours, cursor: 'guess' }),
    not_in_channel: { channel: GENERAL, ts: '1.000001' },
    thread_not_found: { channel: OPS, ts: '1.000001' },
  }),
  ...of('files.completeUploadExternal', {
    ...restricted(({ file }) => ({ files: [{ id: file }], channel_id: OPS })),
    channel_not_found: ({ file }) => ({ files: [{ id: file }], channel_id: 'C0NONE' }),
    file_not_found: { files: [{ id: 'F0NONE' }], channel_id: OPS },
    invalid_arguments: { files: [] },
    invalid_blocks: ({ file }) => ({ files: [{ id: file }], channel_id: OPS, blocks: WRONG }),
    invalid_blocks_format: ({ file }) => ({ files: [{ id: file }], channel_id: OPS, blocks: '[' }),
    is_archived: ({ file }) => ({ files: [{ id: file }], channel_id: OLD }),
    msg_blocks_too_long: ({ file }) => ({ files: [{ id: file }], channel_id: OPS, blocks: LONG }),
    not_in_channel: ({ file }) => ({ files: [{ id: file }], channel_id: GENERAL }),
    thread_not_found: ({ file }) => ({ files: [{ id: file }], channel_id: OPS, thread_ts: '1.000001' }),
  }),
  ...of('files.getUploadURLExternal', { invalid_arguments: { filename: 'a.txt', length: 0 } }),
  ...of('reactions.add', {
    already_reacted: ({ workspace, ours }) => {
      workspace.channels
        .get(OPS)
        ?.messages.find(({ ts }) => ts === ours)
        ?.reactions.set('eyes', [workspace.options.app.botUserId]);
      return { channel: OPS, timestamp: ours, name: 'eyes' };
    },
    channel_not_found: { channel: 'C0NONE', timestamp: '1.000001', name: 'eyes' },
    invalid_arguments: ({ ours }) => ({ channel: OPS, timestamp: ours, name: ':eyes:' }),
    message_not_found: { channel: OPS, timestamp: '1.000001', name: 'eyes' },
  }),
  ...of('usergroups.list', { plan_upgrade_required: unpaid }),
  ...of('usergroups.users.list', { invalid_arguments: {}, no_such_subteam: { usergroup: 'S0NONE' }, plan_upgrade_required: unpaid }),
  ...of('users.info', { invalid_arguments: {}, user_not_found: { user: 'U0DAVE' } }),
  ...of('users.list', { invalid_arguments: { limit: 1001 }, invalid_cursor: { cursor: 'guess' } }),
  ...of('views.open', triggers(modal())),
  ...of('views.publish', {
    hash_conflict: ({ workspace }) => {
      workspace.tabs.home = true;
      return { user_id: ALICE, view: { type: 'home', blocks: [] }, hash: '1.guess' };
    },
    invalid_arguments: ({ workspace }) => {
      workspace.tabs.home = true;
      return { user_id: ALICE, view: modal() };
    },
    not_enabled: { user_id: ALICE, view: { type: 'home', blocks: [] } },
    view_too_large: { user_id: ALICE, view: { ...HUGE_VIEW, type: 'home' } },
  }),
  ...of('views.push', {
    ...triggers(modal()),
    push_limit_reached: (scene) => {
      for (let depth = 0; depth < 3; depth += 1) stackModal(scene);
      return { trigger_id: trigger(scene), view: modal() };
    },
  }),
  ...of('views.update', {
    hash_conflict: (scene) => ({ view_id: stackModal(scene), hash: '1.guess', view: modal() }),
    invalid_arguments: (scene) => ({ view_id: stackModal(scene) }),
    not_found: { view_id: 'V0NONE', view: modal() },
    view_too_large: (scene) => ({ view_id: stackModal(scene), view: HUGE_VIEW }),
  }),
];
