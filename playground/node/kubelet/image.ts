import type { SimulatedTime } from '../../control/simulated-time.ts';

interface Pull {
  readonly image: string;
  /** Whether the nodes get it now: asked again at each attempt. */
  readonly isThere: (image: string) => boolean;
  readonly time: SimulatedTime;
  readonly signal: AbortSignal;
  /** What the container waits for. */
  readonly waiting: (state: { readonly reason: string; readonly message: string }) => void;
  /** Event of the pod. */
  readonly say: (reason: 'Failed' | 'BackOff', message: string) => void;
}

/** kubelet: 10 s, doubled up to five minutes. */
const FIRST_BACKOFF_MS = 10_000;
const LONGEST_BACKOFF_MS = 300_000;
/** From the failed attempt to the word that says so. */
const TOLD_MS = 2_000;

/** Resolves true once the image is on the node, false when the signal ended the wait; what keeps it away is told as a kubelet tells it. */
export const pullImage = async ({ image, isThere, time, signal, waiting, say }: Pull): Promise<boolean> => {
  for (let backoffMs = FIRST_BACKOFF_MS; !isThere(image); backoffMs = Math.min(LONGEST_BACKOFF_MS, backoffMs * 2)) {
    const why = `failed to pull and unpack image "${image}": failed to resolve reference "${image}": ${image}: not found`;
    waiting({ reason: 'ErrImagePull', message: why });
    say('Failed', `Failed to pull image "${image}": ${why}`);
    if (!(await time.after(TOLD_MS, signal))) return false;
    waiting({ reason: 'ImagePullBackOff', message: `Back-off pulling image "${image}": ErrImagePull: ${why}` });
    say('BackOff', `Back-off pulling image "${image}"`);
    if (!(await time.after(backoffMs, signal))) return false;
  }
  return !signal.aborted;
};
