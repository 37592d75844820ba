import type { Cluster, Exec } from './kube-config-file.ts';

/** Of client.authentication.k8s.io; the first is the newest. */
export const VERSIONS: readonly string[] = ['client.authentication.k8s.io/v1', 'client.authentication.k8s.io/v1beta1'];

/** What a plugin gets credentials for. */
export interface PluginTarget {
  /** Name of the context. */
  readonly context: string;
  readonly cluster: Cluster & { readonly server: string };
  /** PEM of its authority. */
  readonly caPem: string | undefined;
}

/** JSON for KUBERNETES_EXEC_INFO: that nobody can be asked, and where the plugin wants to know it the cluster. */
export const execInfo = ({ apiVersion, provideClusterInfo }: Exec, { cluster, caPem }: PluginTarget): string =>
  JSON.stringify({
    kind: 'ExecCredential',
    apiVersion,
    spec: {
      ...(provideClusterInfo
        ? {
            cluster: {
              server: cluster.server,
              'tls-server-name': cluster.tlsServerName,
              'insecure-skip-tls-verify': cluster.skipTLSVerify || undefined,
              'certificate-authority-data': caPem === undefined ? undefined : Buffer.from(caPem).toString('base64'),
              'proxy-url': cluster.proxyUrl,
              'disable-compression': cluster.disableCompression || undefined,
              config: cluster.pluginConfig,
            },
          }
        : {}),
      interactive: false,
    },
  });
