import { stringify } from 'yaml';

/** Kubeconfig with one context of the cluster's name, which is current. */
export const kubeconfigOf = ({
  name,
  url,
  caPem,
  token,
}: {
  readonly name: string;
  readonly url: string;
  readonly caPem: string;
  readonly token: string;
}): string =>
  stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') } }],
    users: [{ name: `${name}-admin`, user: { token } }],
    contexts: [{ name, context: { cluster: name, user: `${name}-admin` } }],
    'current-context': name,
  });
