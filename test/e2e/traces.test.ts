import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../support/otlp-receiver.ts';
import { DEPLOY, playgroundFor, recordOf, TWO_CLUSTERS, type TestPlayground } from '../support/playground.ts';

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
  await playground.play(DEPLOY);
  // Both send what they still have when they stop.
  await Promise.all([playground.bot.stop(), playground.worker.stop()]);
  const record = recordOf(playground);
  const [run] = await record.store.list(1);
  await record.close();
  const spans = await eventually(() => {
    const found = collector.spans().filter(({ attributes }) => attributes['pgdist.run.id'] === run!.id);
    expect(found.map(({ name }) => name)).toContain('run deploy');
    return found;
  });
  expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  const one = (name: string): ReceivedSpan => {
    const those = spans.filter((span) => span.name === name);
    expect(those, name).toHaveLength(1);
    return those[0]!;
  };
  const root = one('run deploy');
  expect(root).toMatchObject({ parentId: '', status: 0, attributes: { 'pgdist.run.state': 'succeeded', 'pgdist.database': 'postgres' } });
  for (const [deed, phase] of [
    ['start', 'plan'],
    ['approve', 'apply'],
  ] as const) {
    expect(one(deed)).toMatchObject({ service: 'pgdist-bot', parentId: root.spanId });
    expect(one(`queue ${phase}`)).toMatchObject({ service: 'pgdist-bot', parentId: one(deed).spanId });
    expect(one(phase)).toMatchObject({ service: 'pgdist-worker', parentId: one(`queue ${phase}`).spanId });
  }
  const stepsIn = (phase: string, isOf: (state: unknown) => boolean) =>
    spans
      .filter(({ parentId, attributes }) => parentId === one(phase).spanId && isOf(attributes['pgdist.step.state']))
      .map(({ attributes }) => String(attributes['pgdist.step.id']));
  expect(stepsIn('plan', (state) => state === 'checked').toSorted()).toEqual(run!.plan!.steps.map(({ id }) => id).toSorted());
  // Compared with the plan once more before the first of them.
  expect(stepsIn('apply', (state) => state !== 'checked').toSorted()).toEqual(Object.keys(run!.outcomes).toSorted());
  const ids = new Set(spans.map(({ spanId }) => spanId));
  expect(spans.filter(({ parentId }) => parentId !== '' && !ids.has(parentId))).toEqual([]);
  for (const { startedMs, endedMs } of spans) expect(endedMs).toBeGreaterThanOrEqual(startedMs);
});

test('no token of the deploy is among what was sent', () => {
  const sent = Buffer.concat(collector.requests.map(({ body }) => body)).toString('latin1');
  for (const secret of [playground.slack.botToken, playground.slack.appToken]) expect(sent).not.toContain(secret);
  expect(sent).not.toMatch(/eyJ[\w-]+\.[\w-]+\.|BEGIN CERTIFICATE/);
});
