import { readFile, rm, writeFile } from 'node:fs/promises';
import { operatorClient, type OperatorClient } from './control/kit.ts';
import { agentCertificateEnding } from './operators/ocm/spoke/agent-certificate.ts';
import type { FaultWorld } from './faults/fault.ts';
import type { SimulatedFleet } from './fleet.ts';
import { makeLicence } from './operators/kubedb/licence.ts';

interface WorldOptions {
  readonly fleet: SimulatedFleet;
  readonly hub: string;
  readonly spoke: string;
  readonly database: FaultWorld['database'];
  readonly licenceFile: string;
  readonly workers?: FaultWorld['workers'];
}

const DAY_MS = 86_400_000;

/** The hands that break a simulated fleet. Close it. */
export const faultWorld = ({ fleet, hub, spoke, database, licenceFile, workers }: WorldOptions): FaultWorld & { close(): Promise<void> } => {
  const clients = new Map<string, OperatorClient>();
  const client = (name: string): OperatorClient => {
    const known = clients.get(name);
    if (known !== undefined) return known;
    const connection = fleet.connections.find((one) => one.name === name);
    if (connection === undefined) throw new Error(`the fleet has no ${name}`);
    const made = operatorClient(connection, 'somebody');
    clients.set(name, made);
    return made;
  };
  return {
    ...(workers === undefined ? {} : { workers }),
    hub,
    spoke,
    database,
    client,
    answers(cluster, how) {
      const { faults } = fleet.apis.get(cluster)!;
      faults.down = how === 'refuses';
      faults.hanging = how === 'hangs';
    },
    runs(cluster, { namespace, pod, container }, on) {
      const { faults } = fleet.basics.get(cluster)!;
      if (on) faults.startContainer(namespace, pod);
      else faults.stopContainer(namespace, pod, container);
    },
    passes: (a, b, on) => (on ? fleet.kubeslice.mendTunnel(a, b) : fleet.kubeslice.cutTunnel(a, b)),
    reaches: (cluster, on) => (on ? fleet.network.heal(cluster) : fleet.network.cut(cluster)),
    pulls(cluster, image, on) {
      const missing = fleet.missingImages.get(cluster)!;
      if (on) missing.delete(image);
      else missing.add(image);
    },
    throttles: (cluster, requests) => void (fleet.apis.get(cluster)!.faults.throttleNext = requests),
    async licence(text) {
      const before = await readFile(licenceFile, 'utf8').catch(() => '');
      if (text === null) await rm(licenceFile, { force: true });
      else await writeFile(licenceFile, text, { mode: 0o600 });
      return before;
    },
    async certify(cluster, daysLeft) {
      const secret = { apiVersion: 'v1', kind: 'Secret', namespace: 'open-cluster-management-agent', name: 'hub-kubeconfig-secret' };
      const before = (await client(cluster).get(secret))?.data ?? {};
      const pem = await agentCertificateEnding(cluster, new Date(Date.now() + daysLeft * DAY_MS));
      await client(cluster).merge(secret, { data: { 'tls.crt': Buffer.from(pem).toString('base64') } });
      return async () => void (await client(cluster).merge(secret, { data: before }));
    },
    async issue({ cluster = hub, daysLeft = 30 }) {
      const namespace = await client(cluster).get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' });
      const notAfter = new Date(Date.now() + daysLeft * DAY_MS);
      return makeLicence({ clusterUid: namespace?.metadata.uid ?? '', notBefore: new Date(notAfter.getTime() - 30 * DAY_MS), notAfter });
    },
    async sql(cluster, pod, statement) {
      const at = { namespace: database.namespace, pod, container: 'postgres' };
      const { exitCode, stdout, stderr } = await fleet.basics.get(cluster)!.exec(at, ['psql', '-XAtq', '-U', 'postgres', '-c', statement]);
      if (exitCode !== 0) throw new Error(`${statement}: ${stderr}`);
      return stdout.trim();
    },
    async close() {
      await Promise.all([...clients.values()].map((one) => one.close()));
    },
  };
};
