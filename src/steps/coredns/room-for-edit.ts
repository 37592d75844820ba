import type { Problem } from '../../domain/problem.ts';
import { bytesText } from '../../domain/quantity.ts';
import { told } from '../../domain/text.ts';
import { DNS_NAMESPACE } from './dns-service.ts';

/** All values of one ConfigMap, bytes (core.MaxSecretSize). */
const MOST_BYTES = 2 ** 20;

interface Edit {
  readonly cluster: string;
  readonly configMap: string;
  readonly key: string;
  readonly wanted: string;
  /** All keys as they are. */
  readonly data: Readonly<Record<string, string>>;
  readonly address: string;
}

/** The API server would refuse the edit, since a ConfigMap holds no more. */
export const withoutRoom = ({ cluster, configMap, key, wanted, data, address }: Edit): Problem | undefined => {
  const bytes = Object.values({ ...data, [key]: wanted }).reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes <= MOST_BYTES || data[key] === wanted) return undefined;
  return {
    code: 'PGD-051',
    what: told`ConfigMap ${DNS_NAMESPACE}/${configMap} of ${cluster} has no room for the block of slice.local`,
    evidence: [`with it its values would be ${bytes} bytes; the API server takes ${MOST_BYTES} (${bytesText(MOST_BYTES)})`],
    remedy: told`Take out of it what CoreDNS does not need, or have slice.local forwarded to ${address} in a file of another ConfigMap that the Corefile imports; then plan again.`,
  };
};
