import type { Text } from '../domain/text.ts';
import type { Database } from '../domain/database.ts';
import type { Declared } from '../domain/declared.ts';
import type { Cluster, Fleet } from '../domain/fleet.ts';
import type { WatchRules } from '../domain/watch-rules.ts';
import type { Alerts } from '../ports/alerts.ts';
import type { CancelChannel } from '../ports/cancel-channel.ts';
import type { Clusteradm, Helm } from '../ports/cli.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { ClusterClient } from '../ports/cluster.ts';
import type { ForgottenThreads } from '../ports/forgotten-threads.ts';
import type { Directs } from '../ports/directs.ts';
import type { Groups } from '../ports/groups.ts';
import type { Homes, HomeTab, Preferences } from '../ports/homes.ts';
import type { Leases } from '../ports/lease.ts';
import type { Log } from '../ports/log.ts';
import type { EndsObserver, Observer } from '../ports/observer.ts';
import type { LookQueue, Queue } from '../ports/queue.ts';
import type { ReportSchedule } from '../ports/report-schedule.ts';
import type { RunStore } from '../ports/run-store.ts';
import type { WatchStore } from '../ports/watch-store.ts';
import type { Thread } from '../ports/thread.ts';
import type { WorkerBeats } from '../ports/worker-beats.ts';
import type { Procedure } from '../steps/context.ts';
import type { CallLimits } from '../walk/clients/call-limits.ts';
import type { FleetSeen } from '../runs/use-case.ts';
import type { ApprovalPolicy } from '../domain/policy.ts';

interface Procedures {
  /** All of a database: what deploy walks, and verify. */
  deploy(fleet: Fleet, database: Database): Procedure;
  /** Is the database healthy: what status walks. */
  status(fleet: Fleet, database: Database): Procedure;
  /** Part of every digest. */
  readonly version: string;
  worthKnowing(fleet: Fleet, database: Database, declared: Declared): readonly Text[];
}

/** The databases that are looked at without being asked, by name. */
interface Watching {
  readonly fleet: Fleet;
  /** Of what is about no database of its own. */
  readonly rules: WatchRules;
  readonly databases: ReadonlyMap<string, { readonly database: Database; readonly rules: WatchRules }>;
}

/** What a worker's work on runs needs of the outside. */
export interface WorkerDeps {
  readonly store: RunStore;
  readonly queue: Queue;
  readonly schedule: ReportSchedule;
  readonly watches: WatchStore;
  readonly homes: Homes;
  readonly preferences: Preferences;
  readonly homeTab: HomeTab;
  readonly directs: Directs;
  readonly looks: LookQueue;
  readonly watching: Watching;
  readonly alerts: Alerts;
  readonly leases: Leases;
  readonly beats: WorkerBeats;
  readonly cancels: CancelChannel;
  readonly thread: Thread;
  readonly forgottenThreads: ForgottenThreads;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly procedures: Procedures;
  /** Id of this installation of pgdist. */
  readonly installation: string;
  /** The same data without secrets: a plan is digested, compared and stored as people see it. */
  redact<T>(value: T): T;
  /** A plan that nobody decided expires after this, milliseconds. */
  readonly approvalTimeoutMs: number;
  /** Whose approvals count now, and when. */
  readonly approvals: ApprovalPolicy;
  /** For what is told to the people in them; decisions are the bot's. Default: none is ever known. */
  readonly groups?: Groups;
  /** Of the installation, for what tells of several. */
  readonly everyFleet: readonly FleetSeen[];
  cluster(cluster: Cluster, limits: CallLimits): ClusterClient;
  licence(): Promise<string>;
  /** PEM of the client certificate that the kubeconfig itself has for the cluster; undefined: none, or one that a plugin renews. */
  clientCertificate(cluster: Cluster): Promise<string | undefined>;
  /** End with their signal: the time that a cancel gives them before is counted by the walk. */
  readonly helm: Helm;
  readonly clusteradm: Clusteradm;
  /** Default: nobody counts what is seen. */
  readonly observe?: Observer;
  /** Default: nobody counts what ends. */
  readonly observeEnds?: EndsObserver;
  /** Told of each step that a plan looked at, with the instant at which that began. */
  readonly looked?: (runId: string, stepId: string, startedAt: Date) => void;
}
