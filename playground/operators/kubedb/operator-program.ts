import { X509Certificate } from 'node:crypto';
import type { KubeObject } from '../../../src/kube-api/objects.ts';
import { recordEvent } from '../../control/events.ts';
import type { Program } from '../../control/program.ts';
import type { Mutable, OperatorClient } from '../../control/kit.ts';
import type { SimulatedTime } from '../../control/simulated-time.ts';
import { OPERATOR_NAMESPACE, SECRET } from './kinds.ts';

interface OperatorProgramOptions {
  /** Client of the hub. */
  readonly client: OperatorClient;
  readonly time: SimulatedTime;
  readonly now?: () => Date;
}

/** Containers that verify the licence when they start and every hour after. */
const LICENSED = new Set(['kubedb-provisioner', 'kubedb-ops-manager', 'kubedb-autoscaler', 'kubedb-webhook-server']);
const RECHECK_MS = 3_600_000;

/** What runs in the operator's containers on the hub: the licence check, which ends them when it fails. */
export const operatorProgram = ({ client, time, now = () => new Date() }: OperatorProgramOptions): Program => ({
  name: 'kubedb-operator',
  claims: (pod, container) => (container === 'operator' || container === 'server') && LICENSED.has(componentOf(pod)),
  async start(pod, _container, { log, signal }) {
    const verify = async (): Promise<void> => {
      const refusal = await licenceRefusal(client, secretOf(pod), now());
      if (refusal === undefined) return;
      await recordEvent(client, now(), {
        about: ownerOf(pod),
        type: 'Warning',
        reason: 'License Verification Failed',
        message: refusal,
        component: 'License Verifier',
      });
      throw new Error(`failed to verify license, reason: ${refusal}`);
    };
    await verify();
    log('License verified, starting operator');
    const ended = Promise.withResolvers<number>();
    void (async () => {
      try {
        while (await time.after(RECHECK_MS, signal)) await verify();
      } catch (error) {
        log(error instanceof Error ? error.message : String(error));
        ended.resolve(1);
      }
    })();
    return { ended: ended.promise, stop: async () => undefined };
  },
});

const componentOf = (pod: KubeObject): string => pod.metadata.labels?.['app.kubernetes.io/name'] ?? '';

const secretOf = (pod: Mutable): string =>
  (pod.spec.volumes ?? []).find(({ name }: { name: string }) => name === 'license')?.secret?.secretName ?? 'kubedb-license';

const ownerOf = (pod: Mutable): Mutable => {
  const [owner] = (pod.metadata as { ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string }[] }).ownerReferences ?? [];
  if (owner === undefined) return { ...pod, apiVersion: 'v1', kind: 'Pod' };
  const { apiVersion, kind, name, uid } = owner;
  return { apiVersion, kind, metadata: { name, namespace: pod.metadata.namespace ?? OPERATOR_NAMESPACE, uid } };
};

/** Why the licence does not let the operator run on this cluster, as the verifier words it; undefined: it does. */
const licenceRefusal = async (client: OperatorClient, name: string, now: Date): Promise<string | undefined> => {
  const secret = await client.get({ ...SECRET, namespace: OPERATOR_NAMESPACE, name });
  const encoded = secret?.data?.['key.txt'];
  if (encoded === undefined) return 'failed to read license: no license found';
  const uid = (await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'kube-system' }))?.metadata.uid ?? '';
  let certificate: X509Certificate;
  try {
    certificate = new X509Certificate(Buffer.from(encoded, 'base64'));
  } catch {
    return 'failed to parse license: invalid certificate';
  }
  const until = `NotBefore: ${certificate.validFromDate.toISOString()} NotAfter: ${certificate.validToDate.toISOString()}`;
  if (now < certificate.validFromDate || now > certificate.validToDate)
    return `x509: certificate has expired or is not yet valid: current time ${now.toISOString()}, ${until}`;
  if (certificate.checkHost(uid) === undefined) return `x509: certificate is valid for ${namesOf(certificate)}, not ${uid}`;
  if (!(certificate.keyUsage ?? []).includes('1.3.6.1.5.5.7.3.2')) return 'x509: certificate specifies an incompatible key usage';
  return undefined;
};

const namesOf = ({ subjectAltName = '' }: X509Certificate): string =>
  [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map(([, name]) => name).join(', ');
