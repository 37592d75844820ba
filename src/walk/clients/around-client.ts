import type { ClusterClient } from '../../ports/cluster.ts';

export interface Call {
  readonly write: boolean;
  /** It asks the admission webhooks of a kind, whose silence is not the cluster's. */
  readonly dryRun?: true;
  /** 'reading Namespace demo', for the error that a bound throws. */
  readonly activity: string;
  /** The caller's own, where the call takes one. */
  readonly timeoutMs?: number;
  /** It ends at a kubelet or a container: their silence is not that of the cluster. */
  readonly throughKubelet?: true;
}

/** Runs one call, on the client that it picks; may refuse, bound or delay it. */
type Around = <T>(call: (client: ClusterClient) => Promise<T>, facts: Call) => Promise<T>;

const POD = { throughKubelet: true } as const;

/** The same client with every call but watch run by `around`. */
export const aroundClient = (client: ClusterClient, around: Around): ClusterClient => {
  type Asking = <T>(activity: string, call: (client: ClusterClient) => Promise<T>, own?: Partial<Omit<Call, 'write' | 'activity'>>) => Promise<T>;
  const reading: Asking = (activity, call, { timeoutMs, dryRun, throughKubelet } = {}) =>
    around(call, {
      write: false,
      activity,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
      ...(dryRun === undefined ? {} : { dryRun }),
      ...(throughKubelet === undefined ? {} : { throughKubelet }),
    });
  const writing: Asking = (activity, call) => around(call, { write: true, activity });
  return {
    name: client.name,
    caPem: client.caPem,
    note: client.note,
    get hindrance() {
      return client.hindrance;
    },
    version: () => reading('asking the version', (to) => to.version()),
    serves: (kind) => reading(`looking for kind ${kind.kind}`, (to) => to.serves(kind)),
    read: (ref) => reading(`reading ${ref.kind} ${ref.name}`, (to) => to.read(ref)),
    list: (query) => reading(`listing ${query.kind}`, (to) => to.list(query)),
    diff: (manifest) => reading(`comparing ${manifest.kind} ${manifest.metadata.name}`, (to) => to.diff(manifest), { dryRun: true }),
    rehearse: (ref, patch) => reading(`trying a change of ${ref.kind} ${ref.name}`, (to) => to.rehearse(ref, patch), { dryRun: true }),
    exec: (target, command, options) =>
      reading(`running a command in pod ${target.pod}`, (to) => to.exec(target, command, options), { ...options, ...POD }),
    logs: (target, options) => reading(`reading logs of pod ${target.pod}`, (to) => to.logs(target, options), POD),
    forward: (target) => reading(`forwarding to pod ${target.pod}`, (to) => to.forward(target), POD),
    allowed: (access) => reading('asking for permissions', (to) => to.allowed(access)),
    watch: (query, options) => client.watch(query, options),
    apply: (manifest) => writing(`applying ${manifest.kind} ${manifest.metadata.name}`, (to) => to.apply(manifest)),
    merge: (ref, patch, options) => writing(`changing ${ref.kind} ${ref.name}`, (to) => to.merge(ref, patch, options)),
    create: (manifest) => writing(`creating ${manifest.kind} ${manifest.metadata.name}`, (to) => to.create(manifest)),
    update: (object, options) => writing(`changing ${object.kind} ${object.metadata.name}`, (to) => to.update(object, options)),
    delete: (ref, options) => writing(`deleting ${ref.kind} ${ref.name}`, (to) => to.delete(ref, options)),
    token: (serviceAccount, seconds) => writing(`minting a token of ${serviceAccount.name}`, (to) => to.token(serviceAccount, seconds)),
  };
};
