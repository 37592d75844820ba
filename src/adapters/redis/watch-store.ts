import type { Redis } from 'ioredis';
import type { Clock } from '../../ports/clock.ts';
import { StaleWatchError, type WatchedDatabase, type WatchStore } from '../../ports/watch-store.ts';
import type { Alert } from '../../domain/alert.ts';
import { LAG_KEPT_MS, MOST_SAMPLES } from '../../domain/lag.ts';
import { UNSEEN } from '../../domain/watched.ts';
import type { Redactor } from '../../redaction/redactor.ts';
import type { Keys } from './keys.ts';
import { storedAlert, storedDrift, storedLag, storedMute, storedWatched } from './stored-watch.ts';
import { SAVE_WATCHED, TELL } from './watch-scripts.ts';

/** As long as runs are kept. */
const RETENTION_MS = 90 * 86_400_000;

export const redisWatchStore = ({
  redis,
  keys,
  clock,
  redactor,
}: {
  readonly redis: Redis;
  readonly keys: Keys;
  readonly clock: Clock;
  readonly redactor: Redactor;
}): WatchStore => {
  const muted: WatchStore['muted'] = async ({ fleet, database }) => storedMute(await redis.get(keys.mute(fleet, database)));
  const tell = (alert: Alert, when: 'NX' | 'XX'): Promise<unknown> =>
    redis.eval(
      TELL,
      2,
      keys.alert(alert.id),
      keys.reportDue,
      alert.id,
      JSON.stringify(redactor.value(alert)),
      RETENTION_MS,
      clock.now().getTime(),
      when,
    );
  return {
    async plan(databases, at) {
      const planned = databases.flatMap((of) => [at.getTime(), memberOf(of)]);
      if (planned.length > 0) await redis.zadd(keys.watchDue, 'NX', ...planned);
    },
    due: async (now) => (await redis.zrangebyscore(keys.watchDue, '-inf', now.getTime())).map(ofMember),
    async dueAt(of, at) {
      await redis.zadd(keys.watchDue, at.getTime(), memberOf(of));
    },
    async recall({ fleet, database }) {
      const [revision, json] = await redis.hmget(keys.watched(fleet, database), 'revision', 'json');
      return { watched: storedWatched(json) ?? UNSEEN, revision: /^\d{1,15}$/.test(revision ?? '') ? Number(revision) : 0 };
    },
    async save(of, { watched, revision }, nextAt, alerts) {
      const stored = await redis.eval(
        SAVE_WATCHED,
        3 + alerts.length,
        keys.watched(of.fleet, of.database),
        keys.watchDue,
        keys.reportDue,
        ...alerts.map(({ id }) => keys.alert(id)),
        revision === 0 ? '' : revision,
        revision + 1,
        JSON.stringify(redactor.value(watched)),
        RETENTION_MS,
        memberOf(of),
        nextAt?.getTime() ?? '',
        clock.now().getTime(),
        ...alerts.flatMap((alert) => [alert.id, JSON.stringify(redactor.value(alert))]),
      );
      if (stored !== 1) throw new StaleWatchError(`the watch of ${of.database} went on since revision ${revision}`);
    },
    alert: async (id) => storedAlert(await redis.get(keys.alert(id))),
    tellOnce: async (alert) => (await tell(alert, 'NX')) === 1,
    async tell(alert) {
      await tell(alert, 'XX');
    },
    lastDrift: async ({ fleet, database }) => storedDrift(await redis.get(keys.drift(fleet, database))),
    async rememberDrift({ fleet, database }, drift) {
      if (drift === undefined) await redis.del(keys.drift(fleet, database));
      else await redis.set(keys.drift(fleet, database), JSON.stringify(drift), 'PX', RETENTION_MS);
    },
    async mute({ fleet, database }, mute) {
      const json = JSON.stringify(redactor.value(mute));
      await redis.set(keys.mute(fleet, database), json, 'PX', Math.max(1, Date.parse(mute.until) - clock.now().getTime()));
    },
    async unmute(of) {
      const before = await muted(of);
      await redis.del(keys.mute(of.fleet, of.database));
      return before;
    },
    muted,
    lastDeploy: async ({ fleet, database }) => (await redis.get(keys.lastDeploy(fleet, database))) ?? undefined,
    async rememberDeploy({ fleet, database }, runId) {
      await redis.set(keys.lastDeploy(fleet, database), runId, 'PX', RETENTION_MS);
    },
    async rememberLag({ fleet, database }, sample) {
      const key = keys.lag(fleet, database);
      await redis
        .multi()
        .lpush(key, JSON.stringify(redactor.value(sample)))
        .ltrim(key, 0, MOST_SAMPLES - 1)
        .pexpire(key, LAG_KEPT_MS)
        .exec();
    },
    lag: async ({ fleet, database }) =>
      (await redis.lrange(keys.lag(fleet, database), 0, MOST_SAMPLES - 1)).flatMap((json) => storedLag(json) ?? []).toReversed(),
    deploying: async ({ fleet, database }) => (await redis.get(keys.deploying(fleet, database))) ?? undefined,
  };
};

/** Neither name has a slash: both are those of Kubernetes. */
const memberOf = ({ fleet, database }: WatchedDatabase): string => `${fleet}/${database}`;

const ofMember = (member: string): WatchedDatabase => {
  const [fleet = '', database = ''] = member.split('/');
  return { fleet, database };
};
