import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connectApiServer } from '../../src/kube-api/api-server.ts';
import { startHostileApiServer } from '../support/hostile-api-server.ts';

const IDLE_MS = 300;

const connected = async () => {
  const server = await startHostileApiServer();
  const api = connectApiServer({ server: server.url, skipTlsVerify: true, userAgent: 'test' });
  onTestFinished(async () => {
    await api.close();
    await server.close();
  });
  return { server, lines: () => Array.fromAsync(api.lines('/stream', { idleMs: IDLE_MS, signal: AbortSignal.timeout(8_000) })) };
};

test('a stream that drips bytes and never a line is idle', async () => {
  const { server, lines } = await connected();
  server.answers(/stream/, async (answer) => {
    while (!answer.destroyed) {
      answer.write(' ');
      await delay(20);
    }
  });
  await expect(lines()).rejects.toThrow(`nothing came for ${IDLE_MS} ms`);
});

test('a stream whose lines come now and then goes on for longer than it may be idle', async () => {
  const { server, lines } = await connected();
  server.answers(/stream/, async (answer) => {
    for (let line = 0; line < 10; line += 1) {
      answer.write(`${line}\n`);
      await delay(IDLE_MS / 4);
    }
    answer.end();
  });
  expect(await lines()).toHaveLength(10);
});
