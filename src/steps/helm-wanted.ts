import type { Bash } from '../domain/by-hand.ts';
import type { Verdict } from '../domain/finding.ts';
import type { ProblemCode } from '../domain/problem.ts';
import type { Step, StepContext } from './context.ts';
import type { HelmValues } from './helm-values.ts';
import type { Grant } from './rights.ts';

/** One Helm release that a step wants on one cluster. */
export interface WantedRelease extends Pick<Step, 'id' | 'title' | 'stage' | 'cluster' | 'rights' | 'verifyTimeoutMs'> {
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** Kinds of objects in the chart that not every chart has, for what helm may do. */
  readonly chartRights: readonly Grant[];
  values(context: StepContext): HelmValues | Promise<HelmValues>;
  /** By dotted key; compared with the release, never shown. */
  secretValues?(context: StepContext): Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>;
  /** The same for who installs by hand: by dotted key the variable of the script that names a file with the value. */
  readonly secretFiles?: Readonly<Record<string, string>>;
  /** What is waited for by hand, beside the pods of the release. */
  readonly awaitedByHand?: readonly Bash[];
  /** Dotted paths without which a release of others cannot serve: a difference there blocks, any other is a warning. */
  readonly required?: readonly string[];
  /** Told when helm did not deploy the release. */
  readonly problemCode: ProblemCode;
  /** Is what the release brings healthy; asked once the release is deployed. */
  verify(context: StepContext): Promise<Verdict>;
  /** Bound on one helm call, milliseconds; default 10 minutes. */
  readonly helmTimeoutMs?: number;
}

/** Values of a release: those that may be shown, and by dotted key those that may not. */
export interface ReleaseValues {
  readonly values: HelmValues;
  readonly secrets: Readonly<Record<string, string>>;
}

/** Bound on one helm call where a release says none, milliseconds. */
export const HELM_TIMEOUT_MS = 600_000;
