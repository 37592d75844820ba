import type { Duplex, Readable, Writable } from 'node:stream';
import type { KubeObject } from '../../src/kube-api/objects.ts';

/** What a container would run. The first program that claims a container runs it; one that nobody claims just stays up. */
export interface Program {
  readonly name: string;
  claims(pod: KubeObject, container: string): boolean;
  /** Called when the container starts; `log` adds a line to its log. */
  start(pod: KubeObject, container: string, environment: ProgramEnvironment): Promise<RunningContainer>;
}

export interface ProgramEnvironment {
  /** Name of the cluster, for the programs that know others. */
  readonly cluster: string;
  readonly signal: AbortSignal;
  log(line: string): void;
}

export interface RunningContainer {
  /** Resolves with the exit code when the program ends by itself; absent: it runs until stopped. */
  readonly ended?: Promise<number>;
  /** Resolves when the readiness probe passes; absent: at once. */
  readonly ready?: Promise<void>;
  exec?(
    command: readonly string[],
    io: { readonly stdin: Readable | undefined; readonly stdout: Writable; readonly stderr: Writable; readonly signal: AbortSignal },
  ): Promise<number>;
  connect?(port: number): Promise<Duplex>;
  stop(): Promise<void>;
}
