import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { watchCollection } from '../../../src/kube-api/watch.ts';
import { commandLine, type CommandLine } from './command.ts';
import { deployment, MERGE, startDouble, type Answer, type Target } from './target.ts';

describe('the API double serves the real helm', () => {
  let target: Target;
  let command: CommandLine;
  let chart: string;
  const workloads = new AbortController();
  let working: Promise<void>;
  const helm = (...parameters: string[]) => command.succeed('helm', [...parameters, '--namespace', 'releases']);
  const replicas = async () => (await target.api.json<Answer>('GET', '/apis/apps/v1/namespaces/releases/deployments/tiny')).spec.replicas as number;

  /** Plays the Deployment controller: whatever is wanted is there at once. */
  const finishDeployments = async (): Promise<void> => {
    const at = '/apis/apps/v1/deployments';
    for await (const seen of watchCollection(target.api, at, { signal: workloads.signal })) {
      if (seen.type !== 'ADDED' && seen.type !== 'MODIFIED') continue;
      const { metadata, spec, status } = seen.object as unknown as Answer;
      if (status?.observedGeneration === metadata['generation']) continue;
      const count = spec.replicas as number;
      const conditions = [
        { type: 'Available', status: 'True', reason: 'MinimumReplicasAvailable' },
        { type: 'Progressing', status: 'True', reason: 'NewReplicaSetAvailable' },
      ];
      const body = {
        status: {
          observedGeneration: metadata['generation'],
          replicas: count,
          updatedReplicas: count,
          readyReplicas: count,
          availableReplicas: count,
          conditions,
        },
      };
      await target.api.json('PATCH', `/apis/apps/v1/namespaces/${String(metadata['namespace'])}/deployments/${String(metadata['name'])}/status`, {
        body,
        type: MERGE,
      });
    }
  };

  beforeAll(async () => {
    const started = await startDouble('helm');
    target = started.target;
    command = await commandLine(started.double.kubeconfig);
    chart = join(command.folder, 'tiny');
    await mkdir(join(chart, 'templates'), { recursive: true });
    await writeFile(join(chart, 'Chart.yaml'), stringify({ apiVersion: 'v2', name: 'tiny', version: '1.0.0' }));
    await writeFile(join(chart, 'values.yaml'), stringify({ replicas: 1 }));
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'tiny' },
      spec: { selector: { app: 'tiny' }, ports: [{ name: 'http', port: 80 }] },
    };
    const documents = [stringify(deployment('tiny', { replicas: 'COUNT' })).replace('COUNT', '{{ .Values.replicas }}'), stringify(service)];
    await writeFile(join(chart, 'templates', 'all.yaml'), documents.join('---\n'));
    working = finishDeployments();
  });
  afterAll(async () => {
    workloads.abort();
    await working;
    await target.close();
    await command.remove();
  });

  it('installs, upgrades, rolls back and uninstalls a release', async () => {
    expect(await helm('install', 'tiny', chart, '--create-namespace', '--wait', '--timeout', '10s')).toContain('STATUS: deployed');
    expect(await replicas()).toBe(1);
    expect(await helm('upgrade', 'tiny', chart, '--set', 'replicas=3', '--wait', '--timeout', '10s')).toContain('has been upgraded');
    expect(await replicas()).toBe(3);
    expect(await helm('rollback', 'tiny', '1', '--wait', '--timeout', '10s')).toContain('Rollback was a success');
    expect(await replicas()).toBe(1);
    expect(JSON.parse(await helm('list', '-o', 'json'))).toEqual([
      expect.objectContaining({ name: 'tiny', revision: '3', status: 'deployed', chart: 'tiny-1.0.0' }),
    ]);
    expect(await helm('upgrade', '--install', 'tiny', chart, '--dry-run=server', '--set', 'replicas=9')).toContain('STATUS: pending-upgrade');
    expect(await replicas()).toBe(1);
    expect(await helm('uninstall', 'tiny', '--wait', '--timeout', '10s')).toContain('uninstalled');
    expect((await target.api.json<Answer>('GET', '/apis/apps/v1/namespaces/releases/deployments')).items).toEqual([]);
    expect((await target.api.json<Answer>('GET', '/api/v1/namespaces/releases/secrets')).items).toEqual([]);
  });
});
