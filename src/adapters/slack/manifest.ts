import { SLASH } from '../../ports/use-cases.ts';
import { LIMITS } from './limits.ts';

interface ManifestOptions {
  readonly commands: readonly { readonly name: string; readonly usage: string; readonly summary: string }[];
  /** https URL of /slack/events for signed HTTP; absent: Socket Mode. */
  readonly requestUrl?: string;
}

/**
 * The app manifest to create pgdist's Slack app from (api.slack.com/apps, 'From a manifest'). In Socket Mode an app-level token with
 * connections:write is made by hand besides.
 * @see https://docs.slack.dev/reference/app-manifest
 */
export const slackManifest = ({ commands, requestUrl }: ManifestOptions) => ({
  _metadata: { major_version: 1, minor_version: 1 },
  display_information: { name: 'pgdist', description: 'One PostgreSQL over several Kubernetes clusters: plan, approve, watch' },
  features: {
    bot_user: { display_name: 'pgdist', always_online: true },
    // Without its messages tab nobody can be written to; what is written there is not read.
    app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
    slash_commands: [
      {
        command: SLASH,
        description: 'Deploy a distributed PostgreSQL and look after it',
        usage_hint: usageHint(commands.map(({ usage }) => usage)),
        should_escape: true,
        ...urlIf('url', requestUrl),
      },
    ],
  },
  oauth_config: { scopes: { bot: Object.keys(SCOPES), bot_optional: Object.keys(OPTIONAL_SCOPES) } },
  settings: {
    event_subscriptions: { bot_events: ['app_home_opened', 'app_mention'], ...urlIf('request_url', requestUrl) },
    interactivity: { is_enabled: true, ...urlIf('request_url', requestUrl) },
    socket_mode_enabled: requestUrl === undefined,
    org_deploy_enabled: false,
    token_rotation_enabled: false,
  },
});

/** What is to be done with the app besides making it of the manifest; said before anything else. */
export const INVITE_FIRST = [
  'Type /invite @pgdist in every channel of slack.channels: pgdist posts only where it was invited, and nobody can approve what it cannot post.',
  'After a change of the scopes install the app again.',
] as const;

/** What each scope is for. chat:write.public is left out on purpose: the bot works only where it was invited. Exported for tests. */
export const SCOPES = {
  commands: 'hears /pgdist',
  'chat:write': 'posts and edits cards and replies',
  'users:read': 'tells guests, bots and strangers from members',
  'app_mentions:read': 'hears @pgdist in threads, where slash commands cannot be typed',
} as const;

/** Without one of these pgdist does not start. */
export const REQUIRED_SCOPES = Object.keys(SCOPES);

/** The same for what it can do without. */
export const OPTIONAL_SCOPES = {
  'files:write': 'attaches the full plan, whole tables and the picture of a fleet',
  'im:write': 'writes to an approver whom a run waits for, and to who asked for one that ended',
  'channels:read': 'knows who is in which channel, so that the Home tab shows what they see there',
  'groups:read': 'knows the same of private channels',
  'channels:history': 'finds its own message again after Slack did not answer, instead of posting it twice',
  'groups:history': 'finds the same in private channels',
  'im:history': 'finds the same among direct messages',
  'usergroups:read': 'asks who is in a user group that `pgdist.yaml` names; nobody counts by one without it',
} as const;

const usageHint = (usages: readonly string[]): string => {
  const whole = usages.join(' | ');
  return whole.length <= LIMITS.usageHint ? whole : usages.map((usage) => usage.split(' ')[0]).join(' | ');
};

const urlIf = <K extends string>(key: K, url: string | undefined): Partial<Record<K, string>> =>
  url === undefined ? {} : ({ [key]: url } as Record<K, string>);
