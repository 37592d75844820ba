/**
 * Tests that take so long, together or alone, that they run by `npm run test:long` and not by `npm test`: whole deploys under faults, every field of every
 * object, every pattern of the source. `.ci/run` runs both.
 */
export const LONG = [
  'test/adapters/redis/failover.test.ts',
  'test/adapters/slack/refusals.test.ts',
  'test/e2e/bundle.test.ts',
  'test/e2e/command-line.test.ts',
  'test/e2e/doctor.test.ts',
  'test/e2e/failures.test.ts',
  'test/e2e/faults.test.ts',
  'test/e2e/foreign-objects.test.ts',
  'test/e2e/metrics.test.ts',
  'test/e2e/no-worker.test.ts',
  'test/e2e/plan-and-writes.test.ts',
  'test/e2e/redis-failover.test.ts',
  'test/e2e/renewed-credentials.test.ts',
  'test/e2e/rights.test.ts',
  'test/e2e/sizes.test.ts',
  'test/e2e/slack.test.ts',
  'test/e2e/two-faults-and-noise.test.ts',
  'test/e2e/watch.test.ts',
  'test/kube-api/kubeconfigs/against-kubectl.test.ts',
  'test/playground/postgres/replicated-database.test.ts',
  'test/runs/admission-under-stalls.test.ts',
  'test/runs/crashing-run.test.ts',
  'test/runs/slow-store.test.ts',
  'test/security/audit.test.ts',
  'test/security/linear-time.test.ts',
  'test/security/oversized-answers.test.ts',
  'test/steps/kubeslice/render-race.test.ts',
  'test/steps/ocm/trouble.test.ts',
];
