import { expect, test } from 'vitest';
import { startHealthServer } from '../../../src/adapters/system/health.ts';

test('ready says what is missing, and a check that fails is not ready', async () => {
  let faults: () => Promise<string[]> = async () => ['Slack is not connected'];
  const server = await startHealthServer(0, () => faults());
  const get = async (path: string): Promise<[number, string]> => {
    const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
    return [response.status, await response.text()];
  };
  try {
    expect(await get('/healthz')).toEqual([200, 'ok\n']);
    expect(await get('/readyz')).toEqual([503, 'Slack is not connected\n']);
    faults = () => Promise.reject(new Error('timed out'));
    expect(await get('/readyz')).toEqual([503, 'Redis does not answer\n']);
    faults = async () => [];
    expect(await get('/readyz')).toEqual([200, 'ok\n']);
  } finally {
    await server.close();
  }
});
