import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { Mutable } from '../../../control/kit.ts';

const kubeconfigSchema = z.object({
  clusters: z.array(z.object({ cluster: z.object({ server: z.string(), 'certificate-authority-data': z.string().optional() }) })).min(1),
  users: z.array(z.object({ user: z.object({ token: z.string().optional() }) })).optional(),
});

/** What a kubeconfig in a Secret says. */
export interface HubAccess {
  readonly server: string;
  readonly caData: string | undefined;
  readonly token: string | undefined;
}

/** Reads key `kubeconfig` of a Secret; undefined when the Secret or the key is missing or no kubeconfig. */
export const hubAccess = (secret: Mutable | undefined): HubAccess | undefined => {
  const text = secretText(secret, 'kubeconfig');
  const parsed = text === undefined ? undefined : kubeconfigSchema.safeParse(parse(text));
  const cluster = parsed?.data?.clusters[0]?.cluster;
  return cluster && { server: cluster.server, caData: cluster['certificate-authority-data'], token: parsed?.data?.users?.[0]?.user.token };
};

export const secretText = (secret: Mutable | undefined, key: string): string | undefined => {
  const value: string | undefined = secret?.data?.[key];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString();
};

/** Kubeconfig of an agent that authenticates with the certificate beside it. */
export const agentKubeconfig = ({ server, caData }: HubAccess): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'hub', cluster: { server, ...(caData === undefined ? {} : { 'certificate-authority-data': caData }) } }],
    contexts: [{ name: 'default-context', context: { cluster: 'hub', namespace: 'configuration', user: 'default-auth' } }],
    'current-context': 'default-context',
    users: [{ name: 'default-auth', user: { 'client-certificate': 'tls.crt', 'client-key': 'tls.key' } }],
  });
