import { SECRET, SERVICE_ACCOUNT } from '../kinds.ts';
import type { Surroundings } from '../options.ts';

/** How long Kubernetes is given to fill a service account's Secret before the stand-in asks for a token itself. */
const TOKEN_CONTROLLER_MS = 500;
const TOKEN_SECONDS = 31_536_000;

/** Makes a ServiceAccount with a Secret of type service-account-token that holds ca.crt, namespace and a token that works. */
export const serviceAccountWithToken = async (
  { hub, time }: Surroundings,
  account: { readonly namespace: string; readonly name: string; readonly labels: Readonly<Record<string, string>> },
  ca: string,
  signal: AbortSignal,
): Promise<void> => {
  const { namespace, name, labels } = account;
  const metadata = { name, namespace, labels };
  await hub.create({ ...SERVICE_ACCOUNT, metadata });
  await hub.create({
    ...SECRET,
    metadata: { ...metadata, annotations: { 'kubernetes.io/service-account.name': name } },
    type: 'kubernetes.io/service-account-token',
  });
  const hasToken = async (): Promise<boolean> => (await hub.get({ ...SECRET, namespace, name }))?.data?.token !== undefined;
  if ((await hasToken()) || !(await time.after(TOKEN_CONTROLLER_MS, signal)) || (await hasToken())) return;
  const request = await hub.api.json<{ status: { token: string } }>('POST', `/api/v1/namespaces/${namespace}/serviceaccounts/${name}/token`, {
    body: {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      metadata: { name },
      spec: { audiences: [], expirationSeconds: TOKEN_SECONDS },
    },
    signal,
  });
  await hub.merge({ ...SECRET, namespace, name }, { data: encoded({ 'ca.crt': ca, namespace, token: request.status.token }) });
};

export const encoded = (data: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));

export const decoded = (data: Readonly<Record<string, string>> | undefined, key: string): string =>
  Buffer.from(data?.[key] ?? '', 'base64').toString('utf8');
