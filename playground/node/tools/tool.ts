import type { Answer, Question } from '../dns/message.ts';
import type { FleetNetwork } from '../../control/network.ts';
import type { SimulatedTime } from '../../control/simulated-time.ts';

export interface ShellIo {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  /** Address of the node that the container runs on. */
  readonly hostIp: string;
  /** Of its pod. */
  readonly resolvConf: string;
  /** Asks what answers DNS at an address, as seen from its pod; undefined: nobody does. */
  ask(address: string, question: Question): Promise<Answer | undefined>;
  readonly signal: AbortSignal;
}

export interface ShellOptions {
  readonly cluster: string;
  readonly network: FleetNetwork | undefined;
  readonly time: SimulatedTime;
  /** Interface of a node's default route: enp1s0. */
  readonly interfaceName: string;
}

export type Tool = (args: readonly string[], io: ShellIo, options: ShellOptions) => Promise<number>;
