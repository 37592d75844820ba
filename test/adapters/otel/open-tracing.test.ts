import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openTracing } from '../../../src/adapters/otel/open-tracing.ts';
import { rootOf } from '../../../src/domain/trace.ts';
import type { FinishedSpan } from '../../../src/ports/tracing.ts';
import { createRedactor } from '../../../src/redaction/redactor.ts';
import { startOtlpReceiver, type OtlpReceiver } from '../../support/otlp-receiver.ts';
import { quietLog } from '../../support/quiet-log.ts';
import { sourcesOf } from '../../support/sources.ts';

let receiver: OtlpReceiver;
beforeEach(async () => {
  receiver = await startOtlpReceiver();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', receiver.url);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await receiver.close();
});

const opened = (redactor = createRedactor()) => openTracing({ process: 'worker', redactor, log: quietLog });
const root = rootOf('r1');
const span: FinishedSpan = {
  name: 'run deploy',
  kind: 'internal',
  place: root,
  startedAt: new Date('2026-11-22T14:00:00.000Z'),
  endedAt: new Date('2026-11-22T14:00:02.500Z'),
  attributes: { 'pgdist.run.id': 'r1', 'pgdist.attempt': 2 },
};

test('a span arrives with its own place, its parent, its times and its attributes', async () => {
  const tracing = await opened();
  const child = { traceId: root.traceId, spanId: tracing.newId() };
  tracing.send(span);
  tracing.send({ ...span, name: 'apply', kind: 'consumer', place: child, parentId: root.spanId, fault: 'CoreDNS is away' });
  await tracing.close();
  const [first, second] = receiver.spans();
  expect(first).toMatchObject({
    ...root,
    service: 'pgdist-worker',
    name: 'run deploy',
    kind: 1,
    parentId: '',
    status: 0,
    attributes: span.attributes,
  });
  expect(first!.startedMs).toBe(span.startedAt.getTime());
  expect(first!.endedMs - first!.startedMs).toBe(2_500);
  expect(second).toMatchObject({ ...child, name: 'apply', kind: 5, parentId: root.spanId, status: 2, message: 'CoreDNS is away' });
});

test('address, headers, name and attributes are those of the usual variables', async () => {
  vi.stubEnv('OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', `${receiver.url}/elsewhere/v1/traces`);
  vi.stubEnv('OTEL_EXPORTER_OTLP_HEADERS', 'x-tenant=blue');
  vi.stubEnv('OTEL_SERVICE_NAME', 'databases');
  const tracing = await opened();
  tracing.send(span);
  await tracing.close();
  expect(receiver.requests).toMatchObject([{ path: '/elsewhere/v1/traces', headers: { 'x-tenant': 'blue' } }]);
  expect(receiver.requests[0]!.body.includes('databases')).toBe(true);
});

test('no secret is sent, wherever in a span it stands', async () => {
  const secret = 'k7-Hidden-98431-value';
  const tracing = await opened(createRedactor(secret));
  const token = `xoxb-${'1'.repeat(12)}-${'a1'.repeat(12)}`;
  tracing.send({ ...span, name: `run ${secret}`, attributes: { 'pgdist.step.id': `ocm/${secret}` }, fault: `${secret}: token ${token}` });
  await tracing.close();
  const [body] = receiver.requests.map((request) => request.body.toString('latin1'));
  expect(body).toContain('ocm/');
  expect(body).not.toContain(secret);
  expect(body).not.toContain(token);
});

test('a collector that is away costs nothing but the traces', async () => {
  const { url } = receiver;
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', url.replace(/\d+$/, '1'));
  const tracing = await openTracing({ process: 'bot', redactor: createRedactor(), log: quietLog, closeMs: 100 });
  expect(() => tracing.send(span)).not.toThrow();
  await tracing.close();
  expect(receiver.requests).toEqual([]);
});

test('the libraries of OpenTelemetry are named in one file, which loads them when it is asked to', () => {
  const naming = sourcesOf('src').filter(({ text }) => text.includes('@opentelemetry/'));
  expect(naming.map(({ file }) => file)).toEqual(['src/adapters/otel/open-tracing.ts']);
  expect(naming[0]!.text).not.toMatch(/^import .*@opentelemetry/m);
  const { dependencies } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    dependencies: Record<string, string>;
  };
  for (const name of Object.keys(dependencies).filter((one) => one.startsWith('@opentelemetry/'))) expect(naming[0]!.text).toContain(`'${name}'`);
});
