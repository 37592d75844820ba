import { afterAll, beforeAll, expect, test } from 'vitest';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts';
import { playgroundFor, recordOf, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

let collector: OtlpReceiver;
let playground: TestPlayground;
beforeAll(async () => {
  collector = await startOtlpReceiver();
  playground = await playgroundFor(TWO_CLUSTERS, {
    speed: 60,
    environmentOf: (_, environment) => ({ ...environment, OTEL_EXPORTER_OTLP_ENDPOINT: collector.url }),
  });
});
afterAll(async () => {
  await playground?.close();
  await collector?.close();
});

test('a deploy is one trace from the command to its end: bot, queue and worker, and each step a span of its phase', async () => {
  await playground.insist(`
    alice: /pgdist deploy postgres
    wait waiting for approval
  `);
  await playground.play(`
    bob: approve
    wait succeeded
  `);
  // Both send what they still have when they stop.
  await Promise.all([playground.bot.stop(), playground.worker.stop()]);
  const record = recordOf(playground);
  const [run] = await record.store.list(1);
  await record.close();
  const spans = collector.spans().filter(({ attributes }) => attributes['pgdist.run.id'] === run!.id);
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const named = (name: string): ReceivedSpan[] => spans.filter((span) => span.name === name);
  const idsOf = (those: readonly ReceivedSpan[]): Set<string> => new Set(those.map(({ spanId }) => spanId));
  const [root, ...others] = named('run deploy');
  expect(others).toEqual([]);
  expect(root).toMatchObject({ parentId: '', status: 0, attributes: { 'pgdist.run.state': 'succeeded', 'pgdist.database': 'postgres' } });
  // A busy machine loses leases: a phase is queued again then, and has a span for each time.
  for (const [deed, phase] of [
    ['start', 'plan'],
    ['approve', 'apply'],
  ] as const) {
    expect(named(deed)).toMatchObject([{ service: 'pgdist-bot', parentId: root!.spanId }]);
    const queued = named(`queue ${phase}`);
    expect(queued).toContainEqual(expect.objectContaining({ service: 'pgdist-bot', parentId: named(deed)[0]!.spanId }));
    expect(named(phase)).toContainEqual(expect.objectContaining({ service: 'pgdist-worker' }));
    expect(named(phase).filter(({ parentId }) => !idsOf(queued).has(parentId))).toEqual([]);
  }
  const stepsIn = (phase: string, isOf: (state: unknown) => boolean): Set<string> =>
    new Set(
      spans
        .filter(({ parentId }) => idsOf(named(phase)).has(parentId))
        .filter(({ attributes }) => 'pgdist.step.id' in attributes && isOf(attributes['pgdist.step.state']))
        .map(({ attributes }) => String(attributes['pgdist.step.id'])),
    );
  expect(stepsIn('plan', (state) => state === 'checked')).toEqual(new Set(run!.plan!.steps.map(({ id }) => id)));
  // Compared with the plan once more before the first of them.
  expect(stepsIn('apply', (state) => state !== 'checked')).toEqual(new Set(Object.keys(run!.outcomes)));
  expect(spans.filter(({ parentId }) => parentId !== '' && !idsOf(spans).has(parentId))).toEqual([]);
  for (const { startedMs, endedMs } of spans) expect(endedMs).toBeGreaterThanOrEqual(startedMs);
});

test('no token of the deploy is among what was sent', () => {
  const sent = Buffer.concat(collector.requests.map(({ body }) => body)).toString('latin1');
  for (const secret of [playground.slack.botToken, playground.slack.appToken]) expect(sent).not.toContain(secret);
  expect(sent).not.toMatch(/eyJ[\w-]+\.[\w-]+\.|BEGIN CERTIFICATE/);
});
