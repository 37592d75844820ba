import { createHmac } from 'node:crypto';
import type { DeliveryFault } from './contract.ts';
import { newSecret } from './ids.ts';

/** Slack's request signature, version v0: docs.slack.dev/authentication/verifying-requests-from-slack. */
const signedHeaders = (given: {
  readonly signingSecret: string;
  readonly body: string;
  readonly timestampSeconds: number;
}): Record<string, string> => ({
  'x-slack-request-timestamp': String(given.timestampSeconds),
  'x-slack-signature': `v0=${createHmac('sha256', given.signingSecret).update(`v0:${given.timestampSeconds}:${given.body}`).digest('hex')}`,
});

/** Beyond the five minutes that an app should accept. */
const tooFarSeconds = 600;

/** Headers of a delivery, or of a forged one. */
export const headersFor = (
  fault: DeliveryFault | undefined,
  given: { readonly signingSecret: string; readonly body: string; readonly nowSeconds: number },
): Record<string, string> => {
  if (fault === 'unsigned') return {};
  const shift = fault === 'stale-timestamp' ? -tooFarSeconds : fault === 'future-timestamp' ? tooFarSeconds : 0;
  return signedHeaders({
    signingSecret: fault === 'wrong-secret' ? newSecret() : given.signingSecret,
    body: given.body,
    timestampSeconds: given.nowSeconds + shift,
  });
};
