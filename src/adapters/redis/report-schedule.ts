import type { Redis } from 'ioredis';
import type { ReportSchedule } from '../../ports/report-schedule.ts';
import type { Keys } from './keys.ts';
import { SETTLE_REPORT } from './scripts.ts';

export const redisReportSchedule = ({ redis, keys }: { readonly redis: Redis; readonly keys: Keys }): ReportSchedule => ({
  due: (now) => redis.zrangebyscore(keys.reportDue, '-inf', now.getTime()),
  async later(runId, at) {
    await redis.zadd(keys.reportDue, 'LT', at.getTime(), runId);
  },
  async begin(runId, until) {
    await redis.zadd(keys.reportDue, until.getTime(), runId);
  },
  settled: async (runId, until) => (await redis.eval(SETTLE_REPORT, 1, keys.reportDue, runId, until.getTime())) === 1,
});
