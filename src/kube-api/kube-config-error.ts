/** The kubeconfig, or a file that it names, does not lead to the cluster. The message is a sentence without any value that may be a secret. */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError';
}
