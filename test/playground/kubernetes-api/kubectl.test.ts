import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commandLine, type CommandLine } from './command.ts';
import { runPod, smallNode } from './pods.ts';
import { definition, deployment, MERGE, namespaceIn, startDouble, type Target } from './target.ts';

describe('the API double serves the real kubectl', () => {
  let target: Target;
  let node: Awaited<ReturnType<typeof smallNode>>;
  let command: CommandLine;
  let namespace: string;
  const kubectl = (...parameters: string[]) => command.succeed('kubectl', ['--namespace', namespace, ...parameters]);
  const kubectlWith = (input: unknown, ...parameters: string[]) =>
    command.run('kubectl', ['--namespace', namespace, ...parameters], { input: JSON.stringify(input) });

  beforeAll(async () => {
    const started = await startDouble('kubectl');
    target = started.target;
    node = await smallNode();
    started.double.setNodeBackend(node.backend);
    command = await commandLine(started.double.kubeconfig);
    namespace = await namespaceIn(target);
  });
  afterAll(async () => {
    await target.close();
    await node.close();
    await command.remove();
  });

  it('applies, compares and follows a Deployment', async () => {
    const web = deployment('web');
    expect((await kubectlWith(web, 'apply', '-f', '-')).output).toBe('deployment.apps/web created');
    expect((await kubectlWith(web, 'apply', '-f', '-')).output).toBe('deployment.apps/web unchanged');
    expect((await kubectlWith(web, 'diff', '-f', '-')).code).toBe(0);
    const scaled = await kubectlWith(deployment('web', { replicas: 3 }), 'diff', '-f', '-');
    expect(scaled.output).toMatch(/^-\s+replicas: 2\n\+\s+replicas: 3$/m);
    expect(await kubectl('get', 'deployments', '--no-headers')).toMatch(/^web\s+0/);
    await target.api.json('PATCH', `/apis/apps/v1/namespaces/${namespace}/deployments/web/status`, {
      body: { status: { observedGeneration: 1, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 } },
      type: MERGE,
    });
    expect(await kubectl('rollout', 'status', 'deployment/web', '--timeout=5s')).toBe('deployment "web" successfully rolled out');
    expect(await kubectl('scale', 'deployment/web', '--replicas=4')).toContain('scaled');
    expect(await kubectl('label', 'deployment/web', 'tier=front')).toContain('labeled');
    expect(
      await kubectl('patch', 'deployment', 'web', '-p', '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"b:1"}]}}}}'),
    ).toContain('patched');
    expect(
      await kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.spec.replicas} {.metadata.labels.tier} {.spec.template.spec.containers[*].name}'),
    ).toMatch(/^4 front (side main|main side)$/);
  });

  it('applies on the server and is told whose fields it would take', async () => {
    expect((await kubectlWith(deployment('own'), 'apply', '--server-side', '-f', '-')).output).toContain('serverside-applied');
    const taken = await kubectlWith(deployment('own', { replicas: 5 }), 'apply', '--server-side', '--field-manager=other', '-f', '-');
    expect(taken).toMatchObject({
      code: 1,
      output: expect.stringContaining('Apply failed with 1 conflict: conflict with "kubectl": .spec.replicas'),
    });
    const dry = await kubectlWith(deployment('dry'), 'apply', '--dry-run=server', '-f', '-');
    expect(dry.output).toBe('deployment.apps/dry created (server dry run)');
    const wrong = await kubectlWith(deployment('wrong', { replica: 1 }), 'create', '-f', '-');
    expect(wrong).toMatchObject({ code: 1, output: expect.stringContaining('strict decoding error: unknown field "spec.replica"') });
  });

  it('creates what it sends as protobuf, and asks who it is', async () => {
    expect(await kubectl('create', 'configmap', 'settings', '--from-literal=a=1')).toBe('configmap/settings created');
    expect(await kubectl('create', 'secret', 'generic', 'login', '--from-literal=user=ann')).toBe('secret/login created');
    expect(await kubectl('get', 'secret', 'login', '-o', 'jsonpath={.data.user}')).toBe(Buffer.from('ann').toString('base64'));
    expect(await kubectl('create', 'serviceaccount', 'robot')).toBe('serviceaccount/robot created');
    expect(await kubectl('create', 'token', 'robot')).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
    expect(await kubectl('create', 'clusterrole', 'reader', '--verb=get', '--resource=pods')).toContain('created');
    expect(await kubectl('auth', 'whoami', '-o', 'jsonpath={.status.userInfo.username}')).toBe('kubernetes-admin');
    expect(await kubectl('auth', 'can-i', 'create', 'pods')).toBe('yes');
  });

  it('runs commands and reads logs of pods', async () => {
    await runPod(target, namespace, 'shell');
    expect(await kubectl('exec', 'shell', '--', 'echo', 'hello')).toBe('hello');
    expect(await command.succeed('kubectl', ['--namespace', namespace, 'exec', '-i', 'shell', '--', 'cat'], { input: 'typed in' })).toBe('typed in');
    const failed = await command.run('kubectl', ['--namespace', namespace, 'exec', 'shell', '--', 'nothing']);
    expect(failed).toMatchObject({ code: 127, output: expect.stringContaining('nothing: not found') });
    expect(await kubectl('logs', 'shell', '--tail=2')).toBe('two\nthree');
    expect(await kubectl('wait', 'pod/shell', '--for=condition=Ready', '--timeout=5s')).toContain('condition met');
    expect(await kubectl('delete', 'pod', 'shell', '--force', '--grace-period=0')).toContain('deleted');
  });

  it('prints the columns of the real server, of built-in kinds and of those of definitions', async () => {
    const rowsOf = (output: string) => output.split('\n').map((line) => line.trim().split(/ {2,}/));
    await runPod(target, namespace, 'seen');
    expect(rowsOf(await kubectl('get', 'pod', 'seen'))).toEqual([
      ['NAME', 'READY', 'STATUS', 'RESTARTS', 'AGE'],
      ['seen', '1/1', 'Running', '0', expect.stringMatching(/^\d+s$/)],
    ]);
    await target.api.json('PATCH', `/api/v1/namespaces/${namespace}/pods/seen/status`, {
      body: {
        status: {
          containerStatuses: [
            { name: 'main', ready: false, restartCount: 3, image: '', imageID: '', state: { waiting: { reason: 'CrashLoopBackOff' } } },
          ],
        },
      },
      type: MERGE,
    });
    expect(rowsOf(await kubectl('get', 'pod', 'seen', '--no-headers'))[0]?.slice(0, 4)).toEqual(['seen', '0/1', 'CrashLoopBackOff', '3']);
    await kubectl('delete', 'pod', 'seen', '--force', '--grace-period=0');
    const bound = deployment('bound');
    await kubectlWith(bound, 'apply', '-f', '-');
    await target.api.json('PATCH', `/apis/apps/v1/namespaces/${namespace}/deployments/bound/status`, {
      body: { status: { replicas: 2, updatedReplicas: 2, readyReplicas: 1, availableReplicas: 1 } },
      type: MERGE,
    });
    expect(rowsOf(await kubectl('get', 'deployment', 'bound', '-o', 'wide'))).toEqual([
      ['NAME', 'READY', 'UP-TO-DATE', 'AVAILABLE', 'AGE', 'CONTAINERS', 'IMAGES', 'SELECTOR'],
      ['bound', '1/2', '2', '1', expect.any(String), 'main', expect.any(String), expect.stringContaining('=')],
    ]);
    const door = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'door' }, spec: { selector: { app: 'web' }, ports: [{ port: 5432 }] } };
    expect((await kubectlWith(door, 'apply', '-f', '-')).output).toContain('created');
    expect(rowsOf(await kubectl('get', 'service', 'door'))).toEqual([
      ['NAME', 'TYPE', 'CLUSTER-IP', 'EXTERNAL-IP', 'PORT(S)', 'AGE'],
      ['door', 'ClusterIP', expect.stringMatching(/^\d+\./), '<none>', '5432/TCP', expect.any(String)],
    ]);
    const table: { apiVersion: string; kind: string; metadata: object; spec: any } = structuredClone(definition('columns.example.org'));
    table.spec.versions[0].additionalPrinterColumns = [
      { name: 'Size', type: 'integer', jsonPath: '.spec.size' },
      { name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    ];
    await kubectlWith(table, 'apply', '--server-side', '-f', '-');
    await kubectl('wait', 'crd/gadgets.columns.example.org', '--for=condition=Established', '--timeout=5s');
    await kubectlWith({ apiVersion: 'columns.example.org/v1', kind: 'Gadget', metadata: { name: 'one' }, spec: { size: 2 } }, 'apply', '-f', '-');
    expect(rowsOf(await kubectl('get', 'gadgets.columns.example.org'))).toEqual([
      ['NAME', 'SIZE', 'READY'],
      ['one', '2'],
    ]);
    expect(await kubectl('delete', 'crd', 'gadgets.columns.example.org', '--timeout=5s')).toContain('deleted');
  });

  it('installs kinds, explains them, and deletes what it made', async () => {
    expect((await kubectlWith(definition('kubectl.example.org'), 'apply', '--server-side', '-f', '-')).output).toContain('serverside-applied');
    expect(await kubectl('wait', 'crd/gadgets.kubectl.example.org', '--for=condition=Established', '--timeout=5s')).toContain('condition met');
    const gadget = { apiVersion: 'kubectl.example.org/v1', kind: 'Gadget', metadata: { name: 'one' }, spec: { size: 2 } };
    expect((await kubectlWith(gadget, 'apply', '-f', '-')).output).toContain('created');
    expect(await kubectl('get', 'gd', '-o', 'name')).toBe('gadget.kubectl.example.org/one');
    expect(await kubectl('explain', 'gadgets.spec.size')).toContain('<integer>');
    expect(await kubectl('delete', 'gadgets', '--all', '--timeout=5s')).toContain('deleted');
    expect(await kubectl('delete', 'namespace', namespace, '--timeout=10s')).toContain('deleted');
  });
});
