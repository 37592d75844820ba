import * as x509 from '../control/x509.ts';
import { setTimeout as delay } from 'node:timers/promises';
import type { Mutable } from '../control/kit.ts';
import { CLUSTER_NAME_LABEL, CSR, MANAGED_CLUSTER, OPERATOR_NAMESPACE } from '../operators/ocm/names.ts';
import type { ClusterAccess } from './cluster-access.ts';
import type { Console } from './console.ts';
import type { Flags, FlagSpec } from './flags.ts';
import { BOOTSTRAP_ACCOUNT } from './manifests.ts';

export const ACCEPT_FLAGS: Readonly<Record<string, FlagSpec>> = {
  clusters: { kind: 'list' },
  cluster: { kind: 'list', short: 'c' },
  wait: { kind: 'bool' },
  'skip-approve-check': { kind: 'bool' },
  requesters: { kind: 'list' },
};
const POLL_MS = 1_000;

/** `clusteradm accept`: approves the CSRs of clusters and accepts them. Says success more often than there is one, as the real program does. */
export const accept = async (cluster: ClusterAccess, flags: Flags, io: Console): Promise<void> => {
  const names = [...flags.list('clusters'), ...flags.list('cluster')];
  if (names.length === 0) throw new Error('values for clusters should be specified');
  if (!flags.on('wait')) return once(cluster, flags, io, names);
  const endsAt = performance.now() + flags.number('timeout', 300) * 1000;
  for (;;) {
    try {
      return await once(cluster, flags, io, names);
    } catch {
      if (performance.now() + POLL_MS > endsAt) throw new Error('context deadline exceeded');
      await delay(POLL_MS);
    }
  }
};

const once = async (cluster: ClusterAccess, flags: Flags, io: Console, names: readonly string[]): Promise<void> => {
  const problems: string[] = [];
  for (const name of names) {
    io.out(`Starting approve csrs for the cluster ${name}\n`);
    const approved = await approve(cluster, name, flags.on('skip-approve-check'), io);
    const ref = { ...MANAGED_CLUSTER, name };
    const managed = await cluster.get(ref);
    if (managed === undefined)
      problems.push(`fail to get managedcluster ${name}: managedclusters.cluster.open-cluster-management.io "${name}" not found`);
    else {
      if (managed.spec.hubAcceptsClient === true) io.out(`hubAcceptsClient already set for managed cluster ${name}\n`);
      else {
        await cluster.send('PATCH', ref, undefined, { spec: { hubAcceptsClient: true } }, 'application/merge-patch+json');
        io.out(`set hubAcceptsClient to true for managed cluster ${name}\n`);
      }
      io.out(
        `\n Your managed cluster ${name} has joined the Hub successfully. Visit https://open-cluster-management.io/docs/scenarios for next steps.\n`,
      );
    }
    if (!approved) problems.push(`no csr is approved yet for cluster ${name}`);
  }
  if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`);
};

/** True when a CSR of the cluster is approved, now or before. */
const approve = async (cluster: ClusterAccess, name: string, skipCheck: boolean, { out }: Console): Promise<boolean> => {
  const all = await cluster.list({ ...CSR, labelSelector: `${CLUSTER_NAME_LABEL}=${name}` });
  const own = skipCheck ? all : all.filter(isBootstrap);
  const requesters = new Set(own.map(commonName));
  if (requesters.size > 1 && !skipCheck) {
    out(`There are CSRs of different requesters: ${[...requesters].toSorted().join(', ')}\n`);
    return false;
  }
  for (const csr of own) {
    const conditions: { type: string }[] = csr.status?.conditions ?? [];
    if (conditions.some(({ type }) => type === 'Approved')) {
      out(`CSR ${csr.metadata.name} already approved\n`);
      continue;
    }
    const condition = { type: 'Approved', status: 'True', reason: 'AutoApprovedByClusteradm', message: 'This CSR was approved by clusteradm.' };
    const body = { ...csr, ...CSR, status: { ...csr.status, conditions: [...conditions, condition] } };
    await cluster.send('PUT', { ...CSR, name: csr.metadata.name }, 'approval', body);
    out(`CSR ${csr.metadata.name} approved\n`);
  }
  return own.length > 0;
};

const isBootstrap = ({ spec }: Mutable): boolean => {
  const groups: string[] = spec.groups ?? [];
  const account = `system:serviceaccount:${OPERATOR_NAMESPACE}:${BOOTSTRAP_ACCOUNT}`;
  return (
    (spec.username.startsWith('system:bootstrap:') && groups.includes('system:bootstrappers:managedcluster')) ||
    (spec.username.startsWith(account) && groups.includes(`system:serviceaccounts:${OPERATOR_NAMESPACE}`))
  );
};

const commonName = ({ spec }: Mutable): string =>
  new x509.Pkcs10CertificateRequest(Buffer.from(spec.request, 'base64').toString()).subjectName.getField('CN')[0] ?? '';
