import { channel, code, phrase, type Phrase, told, type Text } from './text.ts';

/** What a refusal is about: who can mend it follows from that. `call`: pgdist asked for something that Slack does not know, which is a bug of ours. */
type About = 'channel' | 'token' | 'workspace' | 'scope' | 'message' | 'thread' | 'person' | 'form' | 'file' | 'call';

/** Why Slack does not let pgdist write: its own name for it and, of a missing scope, which is needed and which there are. */
export interface ThreadRefusal {
  readonly error: string;
  readonly needed?: string;
  readonly provided?: string;
}

interface Known {
  readonly about: About;
  /** What is so, and what to do about it; whole sentences. */
  readonly remedy: (refusal: ThreadRefusal, where: Phrase) => Phrase;
}

/** Not of Slack: it answered to no try, and what came of them cannot be looked up. */
export const NO_ANSWER = 'no_answer';

/** What the sentence for one refusal says. Unknown names are told as what Slack says. */
export const aboutRefusal = (error: string): About | undefined => (Object.hasOwn(REFUSALS, error) ? REFUSALS[error]?.about : undefined);

/** 'pgdist may not write in #databases (not_in_channel). Type `/invite @pgdist` there.' */
export const refusalSentence = (refusal: ThreadRefusal, channelId: string): Text =>
  refusal.error === NO_ANSWER
    ? told`Slack did not say whether it took a message of pgdist in ${channel(channelId)}. ${remedyOf(refusal, channelId)}`
    : told`pgdist may not write in ${channel(channelId)} (${code(refusal.error.slice(0, 100))}). ${remedyOf(refusal, channelId)}`;

/** What to do about it. */
export const remedyOf = (refusal: ThreadRefusal, channelId: string): Phrase => {
  const known = Object.hasOwn(REFUSALS, refusal.error) ? REFUSALS[refusal.error] : undefined;
  return known === undefined ? unknown() : known.remedy(refusal, channel(channelId));
};

const unknown = (): Phrase => phrase`Slack's page of the method \`chat.postMessage\` says what that means; tell the people who run pgdist.`;

const of = (about: About, remedy: Known['remedy'], ...errors: readonly string[]): Record<string, Known> =>
  Object.fromEntries(errors.map((error) => [error, { about, remedy }]));

const newToken = (): Phrase =>
  phrase`The people who run pgdist have to install its Slack app again and put the new bot token into \`SLACK_BOT_TOKEN\`.`;
const allowApp = (): Phrase => phrase`An administrator of the workspace has to allow the Slack app pgdist again.`;
const forAll = (_: ThreadRefusal, where: Phrase): Phrase =>
  phrase`Who may post in ${where} is set in its settings (Posting permissions): let apps post there, or ask pgdist in another channel of \`slack.channels\`.`;
const invite = (_: ThreadRefusal, where: Phrase): Phrase => phrase`Type \`/invite @pgdist\` in ${where}.`;
const seeOrName = (_: ThreadRefusal, where: Phrase): Phrase =>
  phrase`Slack shows pgdist no such channel: if ${where} is private, type \`/invite @pgdist\` there; if it is gone, name another one in \`slack.channels\`.`;
const unarchive = (_: ThreadRefusal, where: Phrase): Phrase =>
  phrase`${where} is archived: unarchive it, or ask pgdist in another channel of \`slack.channels\`.`;
const scope = ({ needed, provided }: ThreadRefusal): Phrase => {
  const has = provided === undefined ? '' : phrase` (it has ${code(provided.slice(0, 300))})`;
  return phrase`The Slack app lacks the scope ${code(needed ?? 'that is needed')}${has}: add it under “OAuth & Permissions” and install the app again.`;
};
const files = (): Phrase => phrase`An administrator of the workspace decides which files may be uploaded; pgdist sends plain text, \`.txt\`.`;
const wait = (): Phrase => phrase`The workspace is being moved: nothing but waiting helps.`;
const bug = (): Phrase => phrase`That is a bug of pgdist: tell the people who run it.`;
const gone = (): Phrase => phrase`Somebody deleted the message; it stays deleted.`;

/**
 * Every name under which Slack refuses to post, edit, reply, attach or tell somebody, as the pages of these methods list them.
 * Exported for tests.
 * @see https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
export const REFUSALS: Readonly<Record<string, Known>> = {
  ...of('channel', invite, 'not_in_channel', 'no_permission'),
  ...of('channel', seeOrName, 'channel_not_found', 'invalid_channel', 'team_not_found', 'duplicate_channel_not_found'),
  ...of('channel', unarchive, 'is_archived', 'is_inactive'),
  ...of('channel', forAll, 'restricted_action', 'restricted_action_read_only_channel', 'posting_to_channel_denied'),
  ...of(
    'channel',
    (_, where) =>
      phrase`Only replies may be posted in ${where}, no messages of their own: change that in its settings (Posting permissions), or ask pgdist in another channel of \`slack.channels\`.`,
    'restricted_action_thread_only_channel',
  ),
  ...of(
    'channel',
    (_, where) =>
      phrase`Threads are switched off in ${where}, and pgdist tells a run in one: allow them in its settings, or ask pgdist in another channel of \`slack.channels\`.`,
    'restricted_action_non_threadable_channel',
  ),
  ...of('channel', () => phrase`Turn on “Messages Tab” under “App Home” of the Slack app.`, 'messages_tab_disabled'),
  ...of('channel', wait, 'external_channel_migrating', 'team_added_to_org', 'org_login_required'),
  ...of('thread', () => phrase`An administrator locked the thread: have it unlocked.`, 'restricted_action_thread_locked', 'cannot_reply_to_message'),
  ...of('thread', gone, 'thread_not_found'),
  ...of('message', gone, 'message_not_found', 'cant_update_message', 'edit_window_closed'),
  ...of('message', bug, 'streaming_state_conflict', 'cant_broadcast_message', 'no_dual_broadcast_content_update'),
  ...of(
    'token',
    newToken,
    'not_authed',
    'invalid_auth',
    'token_revoked',
    'token_expired',
    'account_inactive',
    'user_removed_from_team',
    'team_disabled',
  ),
  ...of(
    'token',
    () => phrase`\`SLACK_BOT_TOKEN\` holds a token of another kind: it must be the bot token of the Slack app, which begins with \`xoxb-\`.`,
    'not_allowed_token_type',
  ),
  ...of(
    'workspace',
    allowApp,
    'access_denied',
    'app_access_restricted',
    'team_access_not_granted',
    'enterprise_is_restricted',
    'send_on_behalf_not_allowed',
  ),
  ...of(
    'workspace',
    () => phrase`Slack does not take calls from this network: the people who run pgdist have to add its address to the app's allowed ones.`,
    'accesslimited',
  ),
  ...of('workspace', () => phrase`The administrators have suspended posting (Enterprise Key Management).`, 'ekm_access_denied'),
  ...of('workspace', () => phrase`The workspace demands two-factor authentication first.`, 'two_factor_setup_required'),
  ...of('workspace', () => phrase`The workspace has used up the messages of its plan: it has to be upgraded.`, 'message_limit_exceeded'),
  ...of('scope', scope, 'missing_scope'),
  ...of(
    'scope',
    () => phrase`Give its Slack app the scopes \`channels:history\` and \`groups:history\`, so that it can look, and type the command again.`,
    NO_ANSWER,
  ),
  ...of('person', () => phrase`Whom it is for is not in the channel.`, 'user_not_in_channel', 'user_not_found', 'user_is_external_guest'),
  ...of(
    'form',
    bug,
    'invalid_blocks',
    'invalid_blocks_format',
    'invalid_attachments',
    'msg_blocks_too_long',
    'msg_too_long',
    'attachment_payload_limit_exceeded',
    'too_many_attachments',
    'too_many_contact_cards',
    'block_mismatch',
    'no_text',
  ),
  ...of(
    'file',
    files,
    'file_uploads_disabled',
    'file_uploads_except_images_disabled',
    'file_type_not_allowed',
    'blocked_file_type',
    'slack_connect_blocked_file_type',
    'slack_connect_file_upload_sharing_blocked',
    'slack_connect_file_link_sharing_blocked',
    'slack_connect_canvas_sharing_blocked',
    'slack_connect_clip_sharing_blocked',
    'slack_connect_lists_sharing_blocked',
    'unable_to_share_files',
    'file_share_limit_reached',
    'max_file_sharing_exceeded',
  ),
  ...of('file', () => phrase`The workspace has no room for files left.`, 'storage_limit_reached'),
  ...of(
    'file',
    () => phrase`Slack lost the file while it was uploaded.`,
    'file_not_found',
    'file_update_failed',
    'missing_file_data',
    'file_deleted',
    'file_is_deleted',
  ),
  ...of(
    'call',
    bug,
    'invalid_arguments',
    'invalid_arg_name',
    'invalid_array_arg',
    'invalid_charset',
    'invalid_form_data',
    'invalid_post_type',
    'missing_post_type',
    'invalid_metadata_format',
    'invalid_metadata_schema',
    'metadata_must_be_sent_from_app',
    'metadata_too_large',
    'markdown_text_conflict',
    'as_user_not_supported',
    'channels_limit_exceeded',
    'unknown_method',
    'deprecated_endpoint',
    'method_deprecated',
  ),
};
