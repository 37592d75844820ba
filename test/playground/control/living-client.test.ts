import { expect, test } from 'vitest';
import type { OperatorClient } from '../../../playground/control/kit.ts';
import { livingClient } from '../../../playground/control/living-client.ts';

test('a process that has ended sends nothing more, whichever call it was about to make', async () => {
  const sent: string[] = [];
  const noting = (name: string) => async (): Promise<never> => void sent.push(name) as never;
  const names = ['get', 'list', 'create', 'apply', 'merge', 'setStatus', 'delete', 'control'] as const;
  const client = Object.fromEntries(names.map((name) => [name, noting(name)])) as unknown as OperatorClient;
  const life = new AbortController();
  const living = livingClient(client, life.signal);
  const calls = names.map((name) => () => (living[name] as () => Promise<unknown>)());
  for (const call of calls) await call();
  expect(sent).toEqual(names);
  life.abort(new Error('the pod is gone'));
  for (const call of calls) await expect(call()).rejects.toThrow('the pod is gone');
  expect(sent).toEqual(names);
});

test('a status that was read before the process ended is not written after it', async () => {
  const life = new AbortController();
  const written: unknown[] = [];
  const client = {
    async setStatus(_ref: unknown, change: (status: object, object: object) => void) {
      const status = {};
      life.abort(new Error('the pod is gone'));
      change(status, {});
      written.push(status);
    },
  } as unknown as OperatorClient;
  const ref = { apiVersion: 'v1', kind: 'Pod', name: 'one' };
  await expect(livingClient(client, life.signal).setStatus(ref, (status) => void (status.phase = 'Running'))).rejects.toThrow('the pod is gone');
  expect(written).toEqual([]);
});
