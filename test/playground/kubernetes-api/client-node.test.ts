import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { CoreV1Api, Exec, KubeConfig, PatchStrategy, KubernetesObjectApi, PortForward, Watch, type V1Status } from '@kubernetes/client-node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runPod, smallNode } from './pods.ts';
import { namespaceIn, refusal, startDouble, type Target } from './target.ts';

describe('the API double serves @kubernetes/client-node', () => {
  let target: Target;
  let node: Awaited<ReturnType<typeof smallNode>>;
  let config: KubeConfig;
  let namespace: string;
  beforeAll(async () => {
    const started = await startDouble();
    target = started.target;
    node = await smallNode();
    started.double.setNodeBackend(node.backend);
    config = new KubeConfig();
    config.loadFromString(started.double.kubeconfig);
    namespace = await namespaceIn(target);
    await runPod(target, namespace, 'web');
    await runPod(target, namespace, 'two', ['first', 'starting']);
  });
  afterAll(async () => {
    await target.close();
    await node.close();
  });

  it('lists, applies and reports conflicts', async () => {
    const core = config.makeApiClient(CoreV1Api);
    const { items } = await core.listNamespacedPod({ namespace });
    expect(items.map(({ metadata }) => metadata?.name)).toEqual(['two', 'web']);
    const objects = KubernetesObjectApi.makeApiClient(config);
    const manifest = (value: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'one', namespace }, data: { a: value } });
    await objects.patch(manifest('1'), undefined, undefined, 'ann', false, PatchStrategy.ServerSideApply);
    await expect(objects.patch(manifest('2'), undefined, undefined, 'bob', false, PatchStrategy.ServerSideApply)).rejects.toMatchObject({
      code: 409,
      body: expect.stringContaining('conflict with \\"ann\\"'),
    });
  });

  it('watches', async () => {
    const watch = new Watch(config);
    const seen = Promise.withResolvers<string>();
    const request = await watch.watch(
      `/api/v1/namespaces/${namespace}/secrets`,
      { allowWatchBookmarks: true },
      (type: string, object: { metadata: { name: string } }) => seen.resolve(`${type} ${object.metadata.name}`),
      () => undefined,
    );
    await target.api.json('POST', `/api/v1/namespaces/${namespace}/secrets`, { body: { metadata: { name: 'seen' } } });
    expect(await seen.promise).toBe('ADDED seen');
    request.abort();
  });

  const run = async (command: string[], input?: string) => {
    const stdout = new PassThrough();
    const stderr = new PassThrough();
    const stdin = input === undefined ? null : new PassThrough();
    const status = Promise.withResolvers<V1Status>();
    await new Exec(config).exec(namespace, 'web', 'main', command, stdout, stderr, stdin, false, status.resolve);
    stdin?.end(input);
    const ended = await status.promise;
    stdout.end();
    stderr.end();
    return { ended, stdout: await text(stdout), stderr: await text(stderr) };
  };

  it('runs commands in a container, with input, and tells their exit code', async () => {
    expect(await run(['echo', 'a', 'b'])).toMatchObject({ ended: { status: 'Success' }, stdout: 'a b\n' });
    expect(await run(['cat'], 'from here')).toMatchObject({ ended: { status: 'Success' }, stdout: 'from here' });
    expect(await run(['nothing'])).toMatchObject({
      ended: { status: 'Failure', reason: 'NonZeroExitCode', details: { causes: [{ reason: 'ExitCode', message: '127' }] } },
      stderr: 'nothing: not found\n',
    });
  });

  it('forwards to a port, and says so when nothing listens there', async () => {
    const forward = new PortForward(config, true);
    const talk = async (port: number, message: string) => {
      const output = new PassThrough();
      const errors = new PassThrough();
      const input = new PassThrough();
      const socket = await forward.portForward(namespace, 'web', [port], output, errors, input);
      input.write(message);
      const first = await Promise.race([once(output), once(errors)]);
      if ('close' in socket) socket.close();
      return first;
    };
    expect(await talk(5432, 'hello')).toBe('HELLO');
    expect(await talk(5433, 'hello')).toContain('connection refused');
  });

  it('reads logs, their last lines, and refuses containers that are unknown, unnamed, not started or never restarted', async () => {
    const log = (pod: string, query: Record<string, string> = {}) =>
      target.api.text('GET', `/api/v1/namespaces/${namespace}/pods/${pod}/log`, { query });
    expect(await log('web')).toBe('one\ntwo\nthree\n');
    expect(await log('web', { tailLines: '1' })).toBe('three\n');
    expect(await refusal(log('web', { container: 'none' }))).toMatchObject({ code: 400, message: 'container none is not valid for pod web' });
    expect(await refusal(log('two'))).toMatchObject({
      code: 400,
      message: 'a container name must be specified for pod two, choose one of: [first starting]',
    });
    expect(await refusal(log('two', { container: 'starting' }))).toMatchObject({
      code: 400,
      message: expect.stringContaining('is waiting to start'),
    });
    expect(await refusal(log('web', { previous: 'true' }))).toMatchObject({
      code: 400,
      message: 'previous terminated container "main" in pod "web" not found',
    });
    expect(await refusal(log('absent'))).toMatchObject({ code: 404, message: 'pods "absent" not found' });
  });
});

const once = (stream: PassThrough): Promise<string> => new Promise((resolve) => stream.once('data', (chunk: Buffer) => resolve(chunk.toString())));
