import { setInterval as every } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { connectApiServer } from '../../src/kube-api/api-server.ts';
import { startHostileApiServer } from '../support/hostile-api-server.ts';

const connected = async (idleMs: number) => {
  const server = await startHostileApiServer();
  const api = connectApiServer({ server: server.url, skipTlsVerify: true, userAgent: 'test' });
  onTestFinished(async () => {
    await api.close();
    await server.close();
  });
  return { server, lines: () => Array.fromAsync(api.lines('/stream', { idleMs, signal: new AbortController().signal })) };
};

test('a stream that drips bytes and never a line is idle', async () => {
  const { server, lines } = await connected(300);
  server.answers(/stream/, async (answer) => {
    for await (const _ of every(20)) {
      if (answer.destroyed) return;
      answer.write(' ');
    }
  });
  await expect(lines()).rejects.toThrow('nothing came for 300 ms');
});

test('a stream whose lines come now and then goes on for longer than it may be idle', async () => {
  const { server, lines } = await connected(3_000);
  server.answers(/stream/, async (answer) => {
    let line = 0;
    for await (const _ of every(500)) {
      answer.write(`${line}\n`);
      line += 1;
      if (line === 8) break;
    }
    answer.end();
  });
  expect(await lines()).toHaveLength(8);
});
