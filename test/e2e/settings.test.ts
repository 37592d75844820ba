import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { operatorClient } from '../../playground/control/kit.ts';
import { toolPaths } from '../../playground/tools.ts';
import { deployedFleet } from '../support/deployed-fleet.ts';
import { eventually } from '../support/eventually.ts';
import { configFor, TWO_CLUSTERS } from '../support/fleet-shape.ts';
import { differencesBetween } from '../support/planned-and-written.ts';

const SETTINGS = {
  resources: { requests: { cpu: '250m' }, limits: { memory: '2Gi' } },
  parameters: { work_mem: '7MB', max_connections: 120 },
  streamingMode: 'Synchronous',
};

const config = (): string => {
  const file = JSON.parse(configFor(TWO_CLUSTERS)) as { databases: object[] };
  return JSON.stringify({ ...file, databases: file.databases.map((database) => ({ ...database, ...SETTINGS })) });
};

test('settings of a database are told by the plan, written as told, and in effect in its pods and servers', async () => {
  const bare = await deployedFleet({ config: config(), speed: 40, deploys: false });
  const { connections } = bare.simulated;
  const clients = connections.map((connection) => operatorClient(connection, 'somebody'));
  try {
    const plan = await bare.plan();
    await bare.deploy();
    expect(differencesBetween(plan, bare.writes)).toEqual([]);
    const pod = await clients[0]!.get({ apiVersion: 'v1', kind: 'Pod', namespace: 'demo', name: 'postgres-0' });
    const server = pod?.spec.containers.find(({ name }: { name: string }) => name === 'postgres');
    expect(server.resources).toEqual({ requests: { cpu: '250m', memory: '1Gi' }, limits: { memory: '2Gi' } });
    const { kubectl } = await toolPaths();
    const where = ['--kubeconfig', bare.simulated.kubeconfig, '--context', 'demo-controller', '-n', 'demo'];
    const ask = async (sql: string): Promise<string> => {
      const asked = [...where, 'exec', 'postgres-0', '-c', 'postgres', '--', 'psql', '-XAtq', '-U', 'postgres', '-c', sql];
      return (await promisify(execFile)(kubectl, asked)).stdout.trim();
    };
    expect(await ask('SHOW work_mem')).toBe('7MB');
    expect(await ask('SHOW max_connections')).toBe('120');
    await eventually(async () => {
      expect(await ask("SELECT string_agg(application_name || ' ' || sync_state, ', ' ORDER BY application_name) FROM pg_stat_replication")).toBe(
        'postgres-1 quorum, postgres-2 quorum',
      );
    });
    expect((await bare.plan()).filter(({ finding }) => finding.kind !== 'in-place').map(({ title }) => title)).toEqual([]);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    await bare.close();
  }
});
