/** A credential plugin of the kubeconfig may not run, or did not give credentials. */
export class CredentialPluginError extends Error {
  override readonly name = 'CredentialPluginError';
  /** As the kubeconfig writes it. */
  readonly command: string;
  readonly context: string;
  /** Its last line, or why it did not run. */
  readonly reason: string;
  /** True when it did not run, for pgdist.yaml does not name it. */
  readonly notAllowed: boolean;
  /** True when it may pass by itself. */
  readonly mayPass: boolean;
  constructor(
    command: string,
    context: string,
    reason: string,
    { notAllowed = false, mayPass = false }: { readonly notAllowed?: boolean; readonly mayPass?: boolean } = {},
  ) {
    super(`credential plugin \`${command}\` of context ${context} ${notAllowed ? 'is not allowed' : 'failed'}: ${reason}`);
    this.command = command;
    this.context = context;
    this.reason = reason;
    this.notAllowed = notAllowed;
    this.mayPass = mayPass;
  }
}
