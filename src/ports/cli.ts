/** The two installers that pgdist runs. What they print is never the verdict; the API is. */
export interface CliResult {
  readonly exitCode: number | undefined;
  /** Last lines of stdout and stderr together, redacted, oldest first. */
  readonly lastLines: readonly string[];
  readonly timedOut: boolean;
}

/** True for a tool that somebody killed: it may have stopped between two of its own writes, and is asked again. */
export const wasKilled = ({ exitCode, timedOut }: CliResult): boolean => exitCode === undefined && !timedOut;

/** Go's words for an API server that ended or refused a connection in the middle of a request, or had no time for it. */
const CUT_SHORT =
  /\b(Get|Post|Put|Patch|Delete|Head) "https:\/\/[^"]+": .*(EOF|connection reset by peer|connection refused|client connection lost|GOAWAY|TLS handshake timeout)$|\bthe server is currently unable to handle the request\b|\betcdserver: (leader changed|request timed out)\b/;

/** The line that says that a connection of the tool's was lost, not that somebody refused: it is asked again. */
export const lostConnection = ({ lastLines }: CliResult): string | undefined => lastLines.findLast((line) => CUT_SHORT.test(line.trim()));

export interface CliOptions {
  /** Ends the tool with its children: asked to end and killed 10 s later, or killed at once where the reason is LeaseLostError. */
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  /** Milliseconds for which the tool may go on although nothing more is heard of its worker, which then hangs or is gone; asked for again and again. */
  readonly leftMs?: () => number;
  /** Called with each redacted line. */
  readonly onLine?: (line: string) => void;
}

/** What helm is asked to install or upgrade. Exported for tests. */
export interface HelmUpgrade {
  readonly cluster: string;
  readonly release: string;
  readonly namespace: string;
  readonly chart: string;
  readonly version: string;
  /** All values, each time: after a failed install helm keeps the old ones otherwise. */
  readonly values: Readonly<Record<string, unknown>>;
  /** Secret values by dotted key, passed by file: never in argv, values or logs. */
  readonly secretValues?: Readonly<Record<string, string>>;
  /** `--labels`: kept on the release's Secrets from the first moment of an install and over upgrades; says whose release it is. */
  readonly labels?: Readonly<Record<string, string>>;
}

export interface Helm {
  /** upgrade --install --create-namespace, without --wait: the step watches the API itself. */
  upgrade(upgrade: HelmUpgrade, options: CliOptions): Promise<CliResult>;
  rollback(target: { readonly cluster: string; readonly release: string; readonly namespace: string }, options: CliOptions): Promise<CliResult>;
  uninstall(target: { readonly cluster: string; readonly release: string; readonly namespace: string }, options: CliOptions): Promise<CliResult>;
  /** Version of the binary, undefined when it is not on PATH. Rejects with the problem of one that does not say it: one that is silent may be fine. */
  version(signal: AbortSignal): Promise<string | undefined>;
}

export interface Clusteradm {
  init(
    init: { readonly cluster: string; readonly bundleVersion: string; readonly featureGates: readonly string[] },
    options: CliOptions,
  ): Promise<CliResult>;
  /** The token is in argv for the life of the call: the one documented exception, so mint it with the shortest life. */
  join(
    join: {
      readonly cluster: string;
      readonly clusterName: string;
      readonly hubApiServer: string;
      readonly hubToken: string;
      /** PEM of the hub's CA, so that the token never travels over unverified TLS. */
      readonly hubCa: string;
      readonly bundleVersion: string;
      /** Of OCM's klusterlet chart, passed by file; they override what the other fields set. */
      readonly klusterletValues: Readonly<Record<string, unknown>>;
    },
    options: CliOptions,
  ): Promise<CliResult>;
  version(signal: AbortSignal): Promise<string | undefined>;
}
