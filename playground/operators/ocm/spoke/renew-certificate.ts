import { setCondition, type Condition, type ControllerContext } from '../../../control/objects.ts';
import { untilObserved } from '../../../control/observed.ts';
import type { Mutable, OperatorClient } from '../../../control/kit.ts';
import { CSR, MANAGED_CLUSTER } from '../names.ts';
import { isDue, rotatedMessage } from './agent-certificate.ts';
import { requestsOf, signedRequest, type Pair } from './certificate-request.ts';
import { secretText } from './kubeconfig.ts';

interface Renewal {
  readonly clusterName: string;
  readonly hubSecret: () => Mutable | undefined;
  keep(agent: string, pair: Pair): Promise<void>;
}

/** So many requests of one cluster on the hub, and its agent makes no more. */
const MOST_REQUESTS = 10;
/** The Secret is looked at so often. */
const LOOK_MS = 60_000;
const TYPE = 'ClusterCertificateRotated';

/** Asks for the next certificate when the life of this one comes to its end, unless requests piled up on the hub; ends with the signal. */
export const renewCertificate = async (context: ControllerContext, hub: OperatorClient, { clusterName, hubSecret, keep }: Renewal): Promise<void> => {
  const { signal, time, now, random } = context;
  const requests = requestsOf(context, hub, clusterName);
  const tell = (condition: Pick<Condition, 'status' | 'reason' | 'message'>): Promise<void> =>
    hub.setStatus({ ...MANAGED_CLUSTER, name: clusterName }, (status) => setCondition(status, { type: TYPE, ...condition }, now()));
  while (await time.after(LOOK_MS, signal)) {
    const secret = hubSecret();
    if (!isDue(secret, now(), random)) continue;
    if (requests.all().length >= MOST_REQUESTS) {
      const message = 'Stop creating csr since there are too many csr created already on hub';
      await tell({ status: 'False', reason: 'ClientCertificateUpdateFailed', message });
      await untilObserved(requests, () => requests.all().length < MOST_REQUESTS, signal);
      continue;
    }
    const agent = secretText(secret, 'agent-name') ?? '';
    const pair = await signedRequest(context, hub, requests, clusterName, agent, (name) => approved(hub, name, now()));
    if (pair === undefined) continue;
    await keep(agent, pair);
    await tell({ status: 'True', reason: 'ClientCertificateUpdated', message: rotatedMessage(pair.certificate) });
  }
};

/** The hub's controller approves what a cluster asks for with the certificate that it has. */
const approved = async (hub: OperatorClient, name: string, now: Date): Promise<void> => {
  const at = now.toISOString();
  const condition = {
    type: 'Approved',
    status: 'True',
    reason: 'AutoApprovedByHubCSRApprovingController',
    message: 'Auto approving Managed cluster agent certificate after SubjectAccessReview.',
    lastUpdateTime: at,
    lastTransitionTime: at,
  };
  await hub.merge({ ...CSR, name }, { status: { conditions: [condition] } }, 'approval');
};
