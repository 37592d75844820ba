import type { KubeObject, Manifest, ObjectRef } from '../../src/kube-api/objects.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import type { ApplyTools } from '../../src/walk/tools.ts';

/** One write of pgdist, as it left its hands. */
export interface Write {
  readonly cluster: string;
  readonly verb: 'apply' | 'merge' | 'create' | 'update' | 'delete' | 'token' | 'helm' | 'clusteradm';
  /** 'ConfigMap kube-system/coredns' */
  readonly object: string;
  /** What was sent. */
  readonly content: Readonly<Record<string, unknown>>;
}

/** The same tools, with each write that goes through them noted. */
export const recordingWrites = (tools: ApplyTools): { readonly tools: ApplyTools; readonly writes: Write[] } => {
  const writes: Write[] = [];
  const note = (cluster: string, verb: Write['verb'], object: string, content: unknown): void =>
    void writes.push({ cluster, verb, object, content: content as Write['content'] });
  const wrapped = (client: ClusterClient): ClusterClient => ({
    ...client,
    get hindrance() {
      return client.hindrance;
    },
    apply: (manifest) => (note(client.name, 'apply', nameOf(manifest), manifest), client.apply(manifest)),
    create: (manifest) => (note(client.name, 'create', nameOf(manifest), manifest), client.create(manifest)),
    merge: (ref, patch, options) => (note(client.name, 'merge', refName(ref), patch), client.merge(ref, patch, options)),
    update: (object, options) => (note(client.name, 'update', nameOf(object), object), client.update(object, options)),
    delete: (ref, options) => (note(client.name, 'delete', refName(ref), {}), client.delete(ref, options)),
    token: (account, seconds) => (note(client.name, 'token', refName({ ...account, kind: 'ServiceAccount' }), {}), client.token(account, seconds)),
  });
  const helm: ApplyTools['helm'] = {
    ...tools.helm,
    upgrade: (upgrade, options) => (note(upgrade.cluster, 'helm', `Helm release ${upgrade.release}`, upgrade), tools.helm.upgrade(upgrade, options)),
    rollback: (target, options) => (
      note(target.cluster, 'helm', `Helm release ${target.release}`, { rollback: true }),
      tools.helm.rollback(target, options)
    ),
    uninstall: (target, options) => (
      note(target.cluster, 'helm', `Helm release ${target.release}`, { uninstall: true }),
      tools.helm.uninstall(target, options)
    ),
  };
  const clusteradm: ApplyTools['clusteradm'] = {
    ...tools.clusteradm,
    init: (init, options) => (note(init.cluster, 'clusteradm', 'Open Cluster Management hub', init), tools.clusteradm.init(init, options)),
    join: (join, options) => (note(join.cluster, 'clusteradm', 'Klusterlet klusterlet', join), tools.clusteradm.join(join, options)),
  };
  return { writes, tools: { ...tools, cluster: (name, limits) => wrapped(tools.cluster(name, limits)), helm, clusteradm } };
};

const nameOf = ({ kind, metadata }: Manifest | KubeObject): string => refName({ kind, ...metadata });
const refName = ({ kind, name, namespace }: Pick<ObjectRef, 'kind' | 'name' | 'namespace'>): string =>
  `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
