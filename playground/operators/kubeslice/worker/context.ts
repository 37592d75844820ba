import type { OperatorClient } from '../../../control/kit.ts';
import type { KubesliceOptions, Surroundings } from '../options.ts';
import type { Tunnels } from '../tunnels.ts';
import type { SliceDns } from './dns.ts';

/** What the parts of one worker share. */
export interface Worker extends Surroundings {
  readonly cluster: string;
  readonly spoke: OperatorClient;
  readonly projectNamespace: string;
  readonly tunnels: Tunnels;
  readonly dns: SliceDns;
  readonly options: KubesliceOptions;
  /** Ends when the operator's pod does. */
  readonly signal: AbortSignal;
}
