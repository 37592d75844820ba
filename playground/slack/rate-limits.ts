import type { Clock } from './clock.ts';

/** Slack's tiers: calls a minute, per method, workspace and app (docs.slack.dev/apis/web-api/rate-limits). special: one a second per channel. */
export type Tier = 'tier1' | 'tier2' | 'tier3' | 'tier4' | 'special' | 'unlimited';

/** "Short bursts of more than one message a second are allowed": how many is not documented. */
const channelBurst = 5;

/** Calls that fit into the window of the tier. Tier 1 is "1+ with some burst": a restart of two replicas must pass. */
const most: Readonly<Record<Tier, number>> = { tier1: 3, tier2: 20, tier3: 50, tier4: 100, special: channelBurst, unlimited: Infinity };

/** Seconds until the next call may come, or undefined when this one may pass (and is counted). */
export const createRateLimiter = (clock: Clock): ((key: string, tier: Tier) => number | undefined) => {
  const passed = new Map<string, number[]>();
  return (key, tier) => {
    const windowMs = tier === 'special' ? channelBurst * 1000 : 60_000;
    const now = clock.now().getTime();
    const recent = (passed.get(key) ?? []).filter((at) => now - at < windowMs);
    passed.set(key, recent);
    const oldest = recent[0];
    if (recent.length >= most[tier] && oldest !== undefined) return Math.max(1, Math.ceil((oldest + windowMs - now) / 1000));
    recent.push(now);
    return undefined;
  };
};
