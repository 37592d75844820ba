import type { Redis } from 'ioredis';
import type { ReportSchedule } from '../../ports/report-schedule.ts';
import type { Keys } from './keys.ts';
import { REPORT_LATER, SETTLE_REPORT } from './scripts.ts';

/** Nobody else writes an instant that is no whole number: whatever makes the run due meanwhile is told from it, whenever it comes. */
const markOf = (until: Date): number => until.getTime() + 0.5;

export const redisReportSchedule = ({ redis, keys }: { readonly redis: Redis; readonly keys: Keys }): ReportSchedule => ({
  due: (now) => redis.zrangebyscore(keys.reportDue, '-inf', now.getTime()),
  async later(runId, at) {
    await redis.eval(REPORT_LATER, 1, keys.reportDue, runId, at.getTime());
  },
  async begin(runId, until) {
    await redis.zadd(keys.reportDue, markOf(until), runId);
  },
  settled: async (runId, until) => (await redis.eval(SETTLE_REPORT, 1, keys.reportDue, runId, markOf(until))) === 1,
});
