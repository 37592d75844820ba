import type { ClusterClient } from '../../ports/cluster.ts';

export interface Call {
  readonly write: boolean;
  /** 'reading Namespace demo', for the error that a bound throws. */
  readonly activity: string;
}

/** Runs one call of a client; may refuse, bound or delay it. */
export type Around = <T>(call: () => Promise<T>, facts: Call) => Promise<T>;

/** The same client with every call but watch run by `around`. */
export const aroundClient = (client: ClusterClient, around: Around): ClusterClient => {
  const reading = <T>(activity: string, call: () => Promise<T>): Promise<T> => around(call, { write: false, activity });
  const writing = <T>(activity: string, call: () => Promise<T>): Promise<T> => around(call, { write: true, activity });
  return {
    name: client.name,
    caPem: client.caPem,
    version: () => reading('asking the version', () => client.version()),
    serves: (kind) => reading(`looking for kind ${kind.kind}`, () => client.serves(kind)),
    read: (ref) => reading(`reading ${ref.kind} ${ref.name}`, () => client.read(ref)),
    list: (query) => reading(`listing ${query.kind}`, () => client.list(query)),
    diff: (manifest) => reading(`comparing ${manifest.kind} ${manifest.metadata.name}`, () => client.diff(manifest)),
    exec: (target, command, options) => reading(`running a command in pod ${target.pod}`, () => client.exec(target, command, options)),
    logs: (target, options) => reading(`reading logs of pod ${target.pod}`, () => client.logs(target, options)),
    forward: (target) => reading(`forwarding to pod ${target.pod}`, () => client.forward(target)),
    allowed: (access) => reading('asking for permissions', () => client.allowed(access)),
    watch: (query, options) => client.watch(query, options),
    apply: (manifest) => writing(`applying ${manifest.kind} ${manifest.metadata.name}`, () => client.apply(manifest)),
    merge: (ref, patch, options) => writing(`changing ${ref.kind} ${ref.name}`, () => client.merge(ref, patch, options)),
    create: (manifest) => writing(`creating ${manifest.kind} ${manifest.metadata.name}`, () => client.create(manifest)),
    update: (object, options) => writing(`changing ${object.kind} ${object.metadata.name}`, () => client.update(object, options)),
    delete: (ref, options) => writing(`deleting ${ref.kind} ${ref.name}`, () => client.delete(ref, options)),
    token: (serviceAccount, seconds) => writing(`minting a token of ${serviceAccount.name}`, () => client.token(serviceAccount, seconds)),
  };
};
