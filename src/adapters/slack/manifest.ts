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
    event_subscriptions: { bot_events: ['app_mention'], ...urlIf('request_url', requestUrl) },
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

/** The same for what it can do without. Exported for tests. */
export const OPTIONAL_SCOPES = {
  'files:write': 'attaches the full plan when it is too long for a message',
  'channels:history': 'finds its own message again after Slack did not answer, instead of posting it twice',
  'groups:history': 'the same in private channels',
  'usergroups:read': 'asks who is in a user group that `pgdist.yaml` names; nobody counts by one without it',
} as const;

const usageHint = (usages: readonly string[]): string => {
  const whole = usages.join(' | ');
  return whole.length <= LIMITS.usageHint ? whole : usages.map((usage) => usage.split(' ')[0]).join(' | ');
};

const urlIf = <K extends string>(key: K, url: string | undefined): Partial<Record<K, string>> =>
  url === undefined ? {} : ({ [key]: url } as Record<K, string>);
