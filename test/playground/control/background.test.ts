import { afterAll, beforeAll, expect, test } from 'vitest';
import { inBackground, keepRunning } from '../../../playground/control/background.ts';
import { operatorClient, type OperatorClient } from '../../../playground/control/kit.ts';
import { startKubernetesApi, type KubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import { eventually } from '../../support/eventually.ts';

const CONFIG_MAP = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' } as const;

let api: KubernetesApi;
let client: OperatorClient;
beforeAll(async () => {
  api = await startKubernetesApi({ name: 'tokyo' });
  client = operatorClient({ name: 'tokyo', server: api.url, ca: api.caPem, token: api.adminToken }, 'test');
});
afterAll(async () => {
  await client.close();
  await api.close();
});

test('work in the background tells of its error', async () => {
  const told = Promise.withResolvers<unknown>();
  inBackground(Promise.reject(new Error('it took too long')), told.resolve);
  expect(await told.promise).toMatchObject({ message: 'it took too long' });
});

test('a program that throws runs again until it returns', async () => {
  const errors: unknown[] = [];
  let runs = 0;
  const program = async (): Promise<void> => {
    runs += 1;
    if (runs < 3) throw new Error(`run ${runs}`);
  };
  await keepRunning(program, { signal: new AbortController().signal, onError: (error) => errors.push(error) });
  expect([runs, errors.map(String)]).toEqual([3, ['Error: run 1', 'Error: run 2']]);
});

test('a program that throws because it was ended is neither told of nor run again', async () => {
  const ending = new AbortController();
  const errors: unknown[] = [];
  const program = async (): Promise<void> => {
    ending.abort();
    ending.signal.throwIfAborted();
  };
  await keepRunning(program, { signal: ending.signal, onError: (error) => errors.push(error) });
  expect(errors).toEqual([]);
});

test('a controller that cannot clean up after an object tries again', async () => {
  const ending = new AbortController();
  const seen = Promise.withResolvers<void>();
  const cleaned: string[] = [];
  const errors: unknown[] = [];
  const controlled = client.control(CONFIG_MAP, async ({ metadata }) => (metadata.name === 'one' ? seen.resolve() : undefined), {
    signal: ending.signal,
    onError: (error) => errors.push(error),
    async gone({ metadata }) {
      if (metadata.name === 'one' && errors.length === 0) throw new Error('the API does not answer');
      cleaned.push(metadata.name);
    },
  });
  await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', namespace: 'default' } });
  await seen.promise;
  await client.delete({ ...CONFIG_MAP, name: 'one' });
  await eventually(() => expect(cleaned).toEqual(['one']));
  expect(errors.map(String)).toEqual(['Error: the API does not answer']);
  ending.abort();
  await controlled;
});
