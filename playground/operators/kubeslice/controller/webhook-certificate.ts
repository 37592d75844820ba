import { SECRET, CONTROLLER_NAMESPACE } from '../kinds.ts';
import type { Surroundings } from '../options.ts';

/** Which the chart makes anew with each rendering. */
const CERTIFICATE = { ...SECRET, namespace: CONTROLLER_NAMESPACE, name: 'webhook-server-cert-secret' };
/** kubelet brings a changed Secret into a pod's volume with its next look, a minute apart, from a cache that may be as old. */
const READ_AGAIN_MS = 75_000;

interface Turns {
  /** Registers a new authority, as helm does with the same upgrade; what it returns makes the server show the certificate that it signed. */
  register(): Promise<() => void>;
  /** Of the pod that serves now; undefined while there is none: the next one starts with the new certificate. */
  pod(): AbortSignal | undefined;
}

/** Follows the certificate's Secret: each new content is trusted at once and served a while later. */
export const followCertificate = async (
  { hub, time, onError }: Pick<Surroundings, 'hub' | 'time' | 'onError'>,
  { register, pod }: Turns,
  signal: AbortSignal,
): Promise<void> => {
  const { name, ...place } = CERTIFICATE;
  let content: string | undefined;
  await hub.control(
    { ...place, fieldSelector: `metadata.name=${name}` },
    async (secret) => {
      const now = JSON.stringify(secret.data);
      const changed = content !== undefined && content !== now;
      content = now;
      if (!changed) return;
      const serve = await register();
      const running = pod();
      if (running !== undefined) await time.after(READ_AGAIN_MS, AbortSignal.any([running, signal]));
      if (!signal.aborted) serve();
    },
    { signal, onError },
  );
};
