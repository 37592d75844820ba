import { isDeepStrictEqual } from 'node:util';
import { CredentialPluginError } from './credential-plugin-error.ts';
import { headerText } from './impersonation.ts';
import type { GivenCredentials } from './given-credentials.ts';
import type { Exec } from './kube-config-file.ts';
import { runCredentialPlugin, type PluginCredential, type PluginTarget, type RunOptions } from './credential-plugin.ts';

/** A credential is renewed so long before its end. */
const EARLY_MS = 60_000;

export type PluginOptions = Omit<RunOptions, 'environment'>;

/** What a plugin gave: kept until it ends or is forgotten, and as long as the kubeconfig asks for it in the same way. */
export const createPluginCache = (options: RunOptions) => {
  let held:
    | { readonly asked: unknown; readonly given: PluginCredential; readonly credential: GivenCredentials & { readonly run: number } }
    | undefined;
  let running: { readonly command: string; readonly context: string } | undefined;
  let runs = 0;
  return {
    /** Throws CredentialPluginError. */
    async credential(exec: Exec, target: PluginTarget): Promise<GivenCredentials> {
      const asked = [exec, target];
      const isFresh = held !== undefined && (held.given.expiresAtMs === undefined || held.given.expiresAtMs - EARLY_MS > Date.now());
      if (held !== undefined && isFresh && isDeepStrictEqual(held.asked, asked)) return held.credential;
      running = { command: exec.command ?? '?', context: target.context };
      const given = await runCredentialPlugin(exec, target, options).finally(() => {
        running = undefined;
      });
      runs += 1;
      const { token, cert, key } = given;
      // Another run is another credential, also where it gives the same: whoever was refused with the former may try once more.
      const credential = { authorization: token === undefined ? undefined : `Bearer ${headerText(token)}`, cert, key, run: runs };
      held = { asked, given, credential };
      return credential;
    },
    /** What to tell of a plugin that has not ended yet; undefined: none runs. */
    underWay: (): CredentialPluginError | undefined =>
      running && new CredentialPluginError(running.command, running.context, 'it has not ended yet, and the API server is not asked before it has'),
    forget(): void {
      held = undefined;
    },
  };
};
