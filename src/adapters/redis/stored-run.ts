import type { Lock } from '../../domain/lock.ts';
import { z } from 'zod';
import { MOVES, type Actor, type Run, type RunState } from '../../domain/run.ts';
import { DELETION_POLICIES } from '../../domain/database.ts';
import type { Shown } from '../../ports/run-store.ts';

const instant = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'is no instant');
const texts = z.array(z.string());
const natural = z.int().min(0);
const actor = z.looseObject({ userId: z.string(), teamId: z.string() });
const given = z.looseObject({ by: actor, at: instant, digest: z.string(), through: texts.optional() });

const terminalLine = z.looseObject({
  tool: z.string(),
  cluster: z.string(),
  namespace: z.string().optional(),
  line: z.string(),
  input: z.string().optional(),
});
const problem = z.looseObject({
  code: z.string().regex(/^PGD-\d{3}$/),
  cluster: z.string().optional(),
  what: z.string(),
  evidence: texts,
  remedy: z.string(),
  means: z.looseObject({ kind: z.string(), lines: z.array(terminalLine).optional() }).optional(),
});
const change = z.looseObject({
  cluster: z.string(),
  action: z.enum(['create', 'change', 'delete', 'install', 'restart', 'run']),
  object: z.string(),
  fields: z.array(z.looseObject({ path: z.string(), later: z.string().optional() })),
  impact: z.string().optional(),
  command: z.string().optional(),
  onlyIf: z.string().optional(),
  restores: z.literal(true).optional(),
});
const finding = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('in-place'), evidence: z.string(), warnings: texts.optional() }),
  z.looseObject({ kind: z.literal('change'), changes: z.array(change), warnings: texts.optional() }),
  z.looseObject({
    kind: z.literal('later'),
    missing: z.string(),
    waitsFor: z.string(),
    changes: z.array(change).optional(),
    warnings: texts.optional(),
  }),
  z.looseObject({ kind: z.literal('blocked'), problems: z.array(problem) }),
]);
const row = z.looseObject({
  pod: z.string(),
  cluster: z.string(),
  role: z.enum(['primary', 'standby', 'unknown']),
  state: z.string(),
  timeline: z.number().optional(),
  lagBytes: z.number().optional(),
  delayMs: z.number().optional(),
  sync: z.string().optional(),
  via: z.enum(['slice', 'local']).optional(),
  error: z.string().optional(),
  missingSince: z.looseObject({ at: z.string(), source: z.string() }).optional(),
});
const replication = z.looseObject({
  database: z.string(),
  namespace: z.string(),
  version: z.string(),
  phase: z.string(),
  primary: z.looseObject({ pod: z.string(), cluster: z.string() }).optional(),
  timeline: z.number().optional(),
  lsn: z.string().optional(),
  rows: z.array(row),
  notes: texts,
  askedAt: instant,
});
const verdict = z.discriminatedUnion('healthy', [
  z.looseObject({ healthy: z.literal(true), evidence: z.string(), warnings: texts.optional(), replication: replication.optional() }),
  z.looseObject({
    healthy: z.literal(false),
    waitingFor: z.string(),
    problem,
    besides: z.array(problem).optional(),
    warnings: texts.optional(),
    replication: replication.optional(),
  }),
]);

const step = { title: z.string(), stage: z.string(), cluster: z.string() };
const plan = z.looseObject({
  steps: z.array(z.looseObject({ ...step, id: z.string(), usualMs: z.number(), finding })),
  digest: z.string(),
  procedureVersion: z.string().optional(),
  estimateMs: z.number(),
  estimate: z.looseObject({ runs: natural, unmeasured: natural, path: z.array(z.looseObject({ title: z.string(), ms: z.number() })) }).optional(),
  longest: z.looseObject({ stage: z.string(), ms: z.number() }).optional(),
  worthKnowing: texts,
  plannedAt: instant,
});
const answer = z.looseObject({
  healthy: z.boolean(),
  ends: z.array(z.string()).optional(),
  notAsked: z.number().optional(),
  late: z.array(z.looseObject({ stepId: z.string(), title: z.string(), cluster: z.string() })).optional(),
  verdicts: z.array(z.looseObject({ ...step, stepId: z.string(), verdict, askedAt: instant })),
});
const failure = z.looseObject({
  stepId: z.string(),
  stepTitle: z.string(),
  cluster: z.string(),
  problems: z.array(problem),
  at: instant,
  afterMs: z.number(),
});
const outcome = z.looseObject({
  state: z.enum(['pending', 'checking', 'applying', 'waiting', 'done', 'in-place', 'failed', 'skipped', 'unknown']),
  startedAt: instant.optional(),
  endedAt: instant.optional(),
  attempt: natural.optional(),
  evidence: z.string().optional(),
  warnings: texts.optional(),
  because: z.string().optional(),
});

const chart = { chart: z.string(), version: z.string() };
const fleet = z.looseObject({
  name: z.string(),
  hub: z.string(),
  clusters: z
    .array(
      z.looseObject({
        name: z.string(),
        context: z.string(),
        gateway: z.looseObject({ node: z.string(), interface: z.string() }),
        storageClass: z.string().optional(),
      }),
    )
    .min(1),
  hubApiServer: z.url(),
  ocm: z.looseObject({ bundleVersion: z.string() }),
  kubeslice: z.looseObject({
    ...chart,
    project: z.string(),
    slice: z.looseObject({
      name: z.string(),
      subnet: z.string(),
      maxClusters: z.number(),
      bandwidthCeilingKbps: z.number(),
      bandwidthGuaranteedKbps: z.number(),
    }),
  }),
  kubedb: z.looseObject({ ...chart, namespace: z.string() }),
  probeImage: z.string(),
});
const database = z.looseObject({
  name: z.string(),
  namespace: z.string(),
  version: z.string(),
  replicas: natural,
  storage: z.string(),
  placement: z.record(z.string(), z.array(natural)),
  deletionPolicy: z.enum(DELETION_POLICIES),
});

export const lagSampleSchema = z.looseObject({ at: instant, nextMs: natural, behind: z.record(z.string(), z.number()) });

const STATES = Object.keys(MOVES) as [RunState, ...RunState[]];
const run = z
  .looseObject({
    id: z.string(),
    kind: z.enum(['deploy', 'plan', 'verify', 'status', 'bundle', 'export']),
    database,
    fleet,
    state: z.enum(STATES),
    requestedBy: actor,
    requestedAt: instant,
    private: z.boolean().optional(),
    picture: z.literal(true).optional(),
    explains: z.boolean().optional(),
    responseUrl: z.string().optional(),
    thread: z.looseObject({ channel: z.string(), ts: z.string().optional(), permalink: z.string().optional() }),
    attempt: natural,
    retries: natural.optional(),
    acceptBy: instant.optional(),
    begun: natural.optional(),
    phase: z.enum(['plan', 'apply', 'verify']),
    plan: plan.optional(),
    planExpiresAt: instant.optional(),
    approvals: z.array(given).optional(),
    breakGlass: z.looseObject({ reason: z.string() }).optional(),
    frozen: z.looseObject({ name: z.string(), from: instant, until: instant.optional() }).optional(),
    remindAt: instant.optional(),
    remindedAt: instant.optional(),
    replanned: z.looseObject({ since: instant, differences: texts.optional(), void: z.array(given) }).optional(),
    approval: given
      .extend({
        along: z.array(given).optional(),
        expiresAt: instant.optional(),
        ended: z.looseObject({ by: actor, at: instant }).optional(),
      })
      .optional(),
    behind: z.looseObject({ runId: z.string(), what: z.enum(['fleet', 'database']), since: instant, permalink: z.string().optional() }).optional(),
    comparedAt: instant.optional(),
    rejection: z.looseObject({ by: actor, at: instant, reason: z.string().optional() }).optional(),
    cancelledBy: actor.optional(),
    retriedBy: actor.optional(),
    causedBy: z.array(actor).optional(),
    startedAt: instant.optional(),
    endedAt: instant.optional(),
    outcomes: z.record(z.string(), outcome),
    failure: failure.optional(),
    replication: replication.optional(),
    answer: answer.optional(),
    lag: z.array(lagSampleSchema).optional(),
    differences: texts.optional(),
    about: z.string().optional(),
    typed: z.string().optional(),
    bundle: z.looseObject({ files: natural, bytes: natural, silent: texts }).optional(),
    script: z.looseObject({ files: natural, bytes: natural }).optional(),
    bug: z.string().optional(),
  })
  // Nobody can decide on a plan that is not there.
  .refine(({ state, plan: planned }) => state !== 'awaiting-approval' || planned !== undefined, { path: ['plan'], error: 'is missing' })
  .refine(({ fleet: { hub, clusters } }) => clusters.some(({ name }) => name === hub), { path: ['fleet', 'hub'], error: 'is no cluster' });

/** Of what does not fit, so much is told. */
const TOLD = { places: 3, length: 80 } as const;

/**
 * The run of this id, or where the value differs from one: 'state, plan.steps.0.finding.kind'. It was written by this version of pgdist, by an older
 * or newer one, or by a hand, and each reader of a run trusts its shape: what has another is refused as a whole. Fields that are not known here are
 * kept. The revision is the key's, not the text's.
 */
export const storedRun = (id: string, value: unknown, revision: number): Run | string => {
  const { success, error } = run.safeParse(value);
  if (!success) return placesOf(error);
  const found = value as Run;
  return found.id === id ? { ...found, revision } : 'id';
};

const shownSchema = z.looseObject({
  channel: z.string(),
  ts: z.string().optional(),
  permalink: z.string().optional(),
  cardHash: z.string().optional(),
  editedAt: instant.optional(),
  unsureAt: instant.optional(),
  begun: z.record(z.string(), instant).optional(),
  restoredAt: instant.optional(),
  stands: z.looseObject({ state: z.string(), attempt: natural, revision: natural }).optional(),
  replacedAt: instant.optional(),
  isRestored: z.boolean().optional(),
  start: natural.optional(),
  directs: z.string().optional(),
  directed: z.array(z.string()).optional(),
  refusal: z
    .looseObject({
      error: z.string(),
      needed: z.string().optional(),
      provided: z.string().optional(),
      since: instant,
      tryAt: instant,
    })
    .optional(),
  replies: z.record(z.string(), z.string()),
});
/** What is shown of a run; undefined for anything else. */
export const storedShown = (value: unknown): Shown | undefined => (shownSchema.safeParse(value).success ? (value as Shown) : undefined);

/** What cannot be read locks all the same: somebody wanted no deploys. */
const UNREADABLE: Lock = { by: { userId: 'unknown', teamId: '' }, at: '1970-01-01T00:00:00.000Z', reason: 'the lock that is stored cannot be read' };
const lock = z.looseObject({ by: actor, at: instant, reason: z.string() });
export const storedLock = (json: string | null): Lock | undefined => {
  if (json === null) return undefined;
  try {
    return lock.safeParse(JSON.parse(json)).data ?? UNREADABLE;
  } catch {
    return UNREADABLE;
  }
};

/** Who cancels. */
export const storedActor = (value: unknown): Actor | undefined => (actor.safeParse(value).success ? (value as Actor) : undefined);
/** What steps wait for. */
export const storedWaiting = (value: unknown): Record<string, string> | undefined => z.record(z.string(), z.string()).safeParse(value).data;

const placesOf = ({ issues }: z.ZodError): string =>
  [...new Set(issues.map(({ path }) => path.map(String).join('.').slice(0, TOLD.length) || 'all of it'))].slice(0, TOLD.places).join(', ');
