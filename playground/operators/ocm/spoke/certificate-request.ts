import { randomSuffix, type ControllerContext } from '../../../control/objects.ts';
import { observer, untilObserved } from '../../../control/observed.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import { CLUSTER_NAME_LABEL, CSR } from '../names.ts';
import { agentRequest } from './csr.ts';

/** PEM both. */
export interface Pair {
  readonly certificate: string;
  readonly key: string;
}

/** All requests in the name of a cluster. */
export const requestsOf = ({ signal }: ControllerContext, hub: OperatorClient, clusterName: string): ReturnType<ReturnType<typeof observer>> =>
  observer(hub, signal)({ ...CSR, labelSelector: `${CLUSTER_NAME_LABEL}=${clusterName}` });

/** Asks once, and waits until the request is signed; undefined when it was denied or vanished. `made` is called with its name once it is there. */
export const signedRequest = async (
  { signal, random }: ControllerContext,
  hub: OperatorClient,
  requests: ReturnType<typeof requestsOf>,
  clusterName: string,
  agent: string,
  made: (name: string) => Promise<void> = async () => undefined,
): Promise<Pair | undefined> => {
  const { request, key } = await agentRequest(clusterName, agent);
  const name = `${clusterName}-${randomSuffix(random)}`;
  const usages = ['digital signature', 'key encipherment', 'client auth'];
  const spec = { request: Buffer.from(request).toString('base64'), signerName: 'kubernetes.io/kube-apiserver-client', usages };
  await hub.create({ ...CSR, metadata: { name, labels: { [CLUSTER_NAME_LABEL]: clusterName } }, spec });
  await made(name);
  if (!(await untilObserved(requests, () => requests.get('', name) !== undefined, signal))) return undefined;
  await untilObserved(requests, () => settled(requests.get('', name)), signal);
  const certificate: string | undefined = requests.get('', name)?.status?.certificate;
  return certificate === undefined ? undefined : { certificate: Buffer.from(certificate, 'base64').toString(), key };
};

const settled = (csr: Mutable | undefined): boolean =>
  csr === undefined ||
  csr.status?.certificate !== undefined ||
  (csr.status?.conditions ?? []).some(({ type }: { type: string }) => type === 'Denied' || type === 'Failed');
