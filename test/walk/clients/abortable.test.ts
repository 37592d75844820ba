import { expect, test } from 'vitest';
import { abortable } from '../../../src/walk/clients/abortable.ts';

const never = new Promise<never>(() => undefined);

test('settles with the promise', async () => {
  const { signal } = new AbortController();
  expect(await abortable(Promise.resolve(7), signal)).toBe(7);
  await expect(abortable(Promise.reject(new Error('no')), signal)).rejects.toThrow('no');
});

test('rejects with the signal’s reason as soon as it aborts, and when it had before', async () => {
  const end = new AbortController();
  const waiting = abortable(never, end.signal);
  end.abort(new Error('cancelled'));
  await expect(waiting).rejects.toThrow('cancelled');
  await expect(abortable(Promise.reject(new Error('too late to be heard')), end.signal)).rejects.toThrow('cancelled');
});
