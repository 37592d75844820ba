import type { BudgetedCall } from '../../ports/call-budget.ts';

const MINUTE_MS = 60_000;

/** Calls a minute of each tier, of all processes of the app in its workspace together. @see https://docs.slack.dev/apis/web-api/rate-limits */
const TIERS = { tier2: 20, tier3: 50, tier4: 100 } as const;

/** Of what a tier allows, this share is used: calls arrive closer to one another than they were sent. */
const SHARE = 0.9;

/** Methods by tier, as their pages say. The others (auth.test, blocks.validate, permalinks) have limits that nobody meets. Exported for tests. */
export const TIER_OF: Readonly<Record<string, keyof typeof TIERS>> = {
  'chat.update': 'tier3',
  'chat.delete': 'tier3',
  'conversations.history': 'tier3',
  'conversations.replies': 'tier3',
  'conversations.info': 'tier3',
  'chat.postEphemeral': 'tier4',
  'files.getUploadURLExternal': 'tier4',
  'files.completeUploadExternal': 'tier4',
  'users.info': 'tier4',
  'usergroups.users.list': 'tier2',
  'views.open': 'tier4',
  'views.update': 'tier4',
  'views.publish': 'tier4',
  'conversations.open': 'tier3',
  'conversations.members': 'tier4',
};

/**
 * chat.postMessage: one a second in each channel, with short bursts beyond that; four at once are fewer than anybody was seen refused for.
 * Exported for tests.
 */
export const POSTS = { most: 4, windowMs: 5_000 } as const;

/** Of the edits of a minute this share is for mere progress; the rest waits for what people must see at once. */
const PROGRESS_SHARE = 0.6;

/** How the budget sees a call of the Web API. `progress`: nobody misses it if it comes later, or not at all. */
export const budgeted = (method: string, { channel }: { readonly channel?: unknown }, progress = false): BudgetedCall => {
  if (method === 'chat.postMessage') return { key: `${method} ${typeof channel === 'string' ? channel : ''}`, ...POSTS };
  const tier = TIER_OF[method];
  if (tier === undefined) return { key: method, most: UNLIMITED, windowMs: MINUTE_MS };
  return { key: method, most: Math.floor(TIERS[tier] * SHARE * (progress ? PROGRESS_SHARE : 1)), windowMs: MINUTE_MS };
};

/** More than a process asks for: such a call is counted only so that its rest is kept. */
const UNLIMITED = 600;
