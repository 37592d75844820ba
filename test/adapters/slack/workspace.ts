import type { Clock } from '../../../src/ports/clock.ts';
import { systemClock } from '../../../src/adapters/system/clock.ts';
import type { Log } from '../../../src/ports/log.ts';
import { type FakeSlack, type SlackOptions, startSlack } from '../../../playground/slack/index.ts';

export const CHANNEL = 'C0DATABASES';
export const ELSEWHERE = 'C0RANDOM';

/** A workspace with a requester, approvers, a guest, a stranger and a bot, and two channels that the app is in. */
export const startWorkspace = (options: Partial<SlackOptions> = {}): Promise<FakeSlack> => {
  const members = ['U0ALICE', 'U0BOB', 'U0CAROL', 'U0GUEST', 'U0STRANGER', 'U0PGDIST'];
  return startSlack({
    team: { id: 'T0HOME', name: 'Home', domain: 'home' },
    users: [
      { id: 'U0ALICE', name: 'alice', realName: 'Alice' },
      { id: 'U0BOB', name: 'bob', realName: 'Bob' },
      { id: 'U0CAROL', name: 'carol', realName: 'Carol' },
      { id: 'U0GUEST', name: 'guest', realName: 'Guest', flags: ['guest'] },
      { id: 'U0STRANGER', name: 'stranger', realName: 'Stranger', flags: ['stranger'] },
    ],
    channels: [
      { id: CHANNEL, name: 'databases', members },
      { id: ELSEWHERE, name: 'random', members },
    ],
    app: { appId: 'A0PGDIST', botUserId: 'U0PGDIST', botName: 'pgdist' },
    commands: [{ command: '/pgdist' }],
    timeZone: 'UTC',
    ...options,
  });
};

/** A clock that stands until it is set. */
export const settableClock = (iso: string): Clock & { set(iso: string): void } => {
  let now = iso;
  return { ...systemClock, now: () => new Date(now), set: (next) => (now = next) };
};

/** Keeps what was logged, for reading. */
export const keptLog = (): Log & { readonly lines: { level: string; message: string; fields: Record<string, unknown> }[] } => {
  const lines: { level: string; message: string; fields: Record<string, unknown> }[] = [];
  const at = (level: string) => (fields: Readonly<Record<string, unknown>>, message: string) => void lines.push({ level, message, fields });
  const log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error'), lines, child: () => log };
  return log;
};
