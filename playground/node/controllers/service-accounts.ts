import type { Manifest } from '../../../src/kube-api/objects.ts';
import { fromKey, keyOf } from '../../control/observed.ts';
import { NAMESPACE, SECRET, SERVICE_ACCOUNT, type ControllerContext } from '../../control/objects.ts';
import { workQueue } from '../../control/work-queue.ts';

const TOKEN_TYPE = 'kubernetes.io/service-account-token';
const ACCOUNT_NAME = 'kubernetes.io/service-account.name';
const ACCOUNT_UID = 'kubernetes.io/service-account.uid';
/** Token Secrets do not expire; the longest that a TokenRequest grants is close enough. */
const TOKEN_SECONDS = 2 ** 31;

/** Per namespace the ServiceAccount `default` and the ConfigMap kube-root-ca.crt; per token Secret a token that works. */
export const startServiceAccounts = ({ client, observe, signal, onError }: ControllerContext, ca: string): void => {
  const accounts = observe(SERVICE_ACCOUNT);
  const secrets = observe(SECRET);

  const namespaces = workQueue(
    async (name) => {
      await client.create({ ...SERVICE_ACCOUNT, metadata: { name: 'default', namespace: name } });
      await client.create({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'kube-root-ca.crt', namespace: name }, data: { 'ca.crt': ca } });
    },
    { signal, onError },
  );
  observe(NAMESPACE).subscribe(({ metadata, status }, gone) => {
    if (!gone && metadata.deletionTimestamp === undefined && status?.phase !== 'Terminating') namespaces.add(metadata.name);
  });

  const tokens = workQueue(
    async (key) => {
      const { namespace, name } = fromKey(key);
      const secret = await client.get({ ...SECRET, namespace, name });
      const account = secret?.metadata.annotations?.[ACCOUNT_NAME];
      if (secret?.['type'] !== TOKEN_TYPE || account === undefined || secret.data?.['token'] !== undefined) return;
      const owner = accounts.get(namespace, account);
      if (owner === undefined) return;
      const token = await mintToken(namespace, account);
      const data = { 'ca.crt': base64(ca), namespace: base64(namespace), token: base64(token) };
      await client.merge({ ...SECRET, namespace, name }, { metadata: { annotations: { [ACCOUNT_UID]: owner.metadata.uid ?? '' } }, data });
    },
    { signal, onError },
  );
  const mintToken = async (namespace: string, name: string): Promise<string> => {
    const request: Manifest = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name },
      spec: { expirationSeconds: TOKEN_SECONDS },
    };
    const path = `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`;
    return (await client.api.json<{ status: { token: string } }>('POST', path, { body: request })).status.token;
  };
  secrets.subscribe((secret, gone) => {
    if (!gone) tokens.add(keyOf(secret));
  });
  accounts.subscribe((account, gone) => {
    const waiting = secrets
      .all()
      .filter(({ metadata }) => metadata.namespace === account.metadata.namespace && metadata.annotations?.[ACCOUNT_NAME] === account.metadata.name);
    if (!gone) for (const secret of waiting) tokens.add(keyOf(secret));
  });
};

const base64 = (text: string): string => Buffer.from(text).toString('base64');
