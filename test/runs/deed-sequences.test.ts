import { expect, test } from 'vitest';
import { UserError } from '../../src/domain/problem.ts';
import type { Run, RunState } from '../../src/domain/run.ts';
import type { PhaseJob } from '../../src/ports/queue.ts';
import type { Retrying } from '../../src/ports/use-cases.ts';
import { dice } from '../security/secrets.ts';
import { type DeedWorld, openDeedWorld, POLICY, storedOf } from './deed-world.ts';

/**
 * Deeds in any order, by anybody, twice and late, on two bots, with workers that crash and a configuration that changes, held against a model that
 * knows the rules of its own: it reads of pgdist only what people would see, and judges each phase that is queued and each write of a step.
 */
const SEQUENCES = 2_000;
const DEEDS_EACH = 40;
const PEOPLE = ['U0ALICE', 'U0BOB', 'U0CAROL', 'U0DORA'] as const;

interface Approved {
  /** All whose approvals it was given with. */
  readonly by: readonly string[];
  readonly isBroken: boolean;
  readonly causes: readonly string[];
  readonly digest: string;
  readonly wanted: number;
  readonly endsMs: number;
}

/** What the model remembers of a run. */
interface Remembered {
  readonly requester: string;
  causes: string[];
  approved?: Approved | undefined;
  /** Approvals that wait for more, of one plan. */
  given?: { readonly digest: string; readonly by: readonly string[] } | undefined;
  /** Break-glass. */
  readonly isBroken: boolean;
  /** A step wrote since the plan was compared. */
  begun: boolean;
  stopped: boolean;
}

const FITTING: Readonly<Record<string, readonly RunState[]>> = {
  approve: ['awaiting-approval'],
  reject: ['awaiting-approval'],
  cancel: ['queued', 'planning', 'applying', 'awaiting-approval'],
  retry: ['failed', 'cancelled', 'superseded', 'expired'],
};

type Click = Retrying & { readonly seenDigest: string | undefined };
/** Now and then nothing may begin in these. */
const FROZEN = { name: 'Half past', timeZone: 'UTC', hours: { from: '14:30', to: '15:30' } };
const done = { approve: 0, partial: 0, broken: 0, refused: 0, wrote: 0, kept: 0, stopped: 0 };

const play = async (seed: number): Promise<string[]> => {
  const roll = dice(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)]!;
  const chance = (share: number): boolean => roll() < share;
  const faults: string[] = [];
  const story: string[] = [];
  const memory = new Map<string, Remembered>();
  const plans = new Map<string, number>();
  let approving = false;

  const entitled = ({ by, causes, isBroken }: Approved): boolean => {
    const { approvers, requesterMayApprove, rules = [] } = world.policy.slack;
    const counting = by.filter((id) => approvers.includes(id) && ((requesterMayApprove && !isBroken) || !causes.includes(id)));
    return new Set(counting).size >= (isBroken ? 1 : (rules[0]?.approvals ?? 1));
  };
  const isFrozen = (): boolean => {
    const time = world.now().toISOString().slice(11, 16);
    return (world.policy.slack.freezes ?? []).length > 0 && time >= FROZEN.hours.from && time < FROZEN.hours.to;
  };
  const fault = (what: string): void => void faults.push(`seed ${seed}: ${what} after ${story.join(' · ')}`);
  const world: DeedWorld = openDeedWorld({
    queued({ runId, phase }: PhaseJob) {
      const run = memory.get(runId);
      if (phase !== 'apply' || run === undefined) return;
      if (run.approved === undefined) return fault(`an apply of ${runId} was queued without an approval`);
      if (run.stopped) return fault(`an apply of ${runId} was queued after a stop`);
      // Again after a crash it is the same apply.
      if (!approving && !run.begun && reconciling === 0 && !entitled(run.approved))
        fault(`an apply of ${runId} rides on ${run.approved.by.join(' and ')}`);
      if (!approving && reconciling === 0) done.kept += 1;
    },
    wrote(runId) {
      const run = memory.get(runId)!;
      done.wrote += 1;
      if (run.approved === undefined || run.stopped) return fault(`${runId} was written without an approval or after a stop`);
      if (run.begun) return;
      run.begun = true;
      if (!entitled(run.approved)) fault(`${runId} was written under the word of ${run.approved.by.join(' and ')}`);
      if (isFrozen() && !run.isBroken) fault(`${runId} was written in a freeze`);
      if (world.now().getTime() >= run.approved.endsMs) fault(`${runId} was written under an approval that had expired`);
      if (run.approved.wanted !== world.wanted) fault(`${runId} was written with another plan than was approved`);
    },
  });
  let reconciling = 0;

  const clicks: Click[] = [];
  const clickOn = (run: Run): Click => {
    const others = [...memory.keys()];
    const digest = run.plan?.digest;
    return {
      way: 'button',
      deed: run.state === 'failed' || run.state === 'cancelled' || chance(0.1) ? 'retry' : 'plan-again',
      runId: run.id,
      by: { userId: pick(PEOPLE), teamId: 'T0' },
      channel: 'C0DB',
      messageTs: chance(0.92) ? `card-${run.id}` : `card-${pick(others)}`,
      ...(chance(0.3) ? { threadTs: chance(0.9) ? `card-${run.id}` : `card-${pick(others)}` } : {}),
      seenDigest: chance(0.9) ? digest : pick([undefined, digest?.slice(0, 12), digest?.replace(/.$/, 'x'), '', [...plans.keys()][0]]),
      seenRetries: chance(0.95) ? (run.retries ?? 0) : pick([undefined, 0, 1, 7]),
    };
  };

  /** Does one deed; holds the audit to one outcome of it, and a refusal to no other trace. */
  const deed = async (what: string, work: () => Promise<Run>): Promise<Run | undefined> => {
    story.push(what);
    const before = await storedOf(world);
    const entries = world.store.entries.length;
    let result: Run | undefined;
    try {
      result = await work();
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      done.refused += 1;
      story.push(`(${error.message.slice(0, 40)})`);
      if ((await storedOf(world)) !== before) fault('a refusal changed the store');
    }
    const fresh = world.store.entries.slice(entries).filter(({ deed: name }) => name !== 'end');
    const outcomes = fresh.filter(({ outcome }) => outcome !== 'asked');
    if (outcomes.length !== 1) fault(`${outcomes.length} outcomes in the audit`);
    else if ((outcomes[0]?.['outcome'] === 'done') !== (result !== undefined)) fault(`recorded as ${outcomes[0]?.['outcome']}`);
    if (result !== undefined && fresh[0]?.['outcome'] !== 'asked') fault('done before it was recorded');
    return result;
  };

  const approve = async (click: Click): Promise<void> => {
    const run = (await world.store.get(click.runId))!;
    const remembered = memory.get(run.id)!;
    const approved: Approved = {
      by: [...(remembered.given?.digest === run.plan?.digest ? (remembered.given?.by ?? []) : []), click.by.userId],
      isBroken: remembered.isBroken,
      causes: [remembered.requester, ...remembered.causes],
      digest: run.plan?.digest ?? '',
      wanted: plans.get(run.plan?.digest ?? '') ?? -1,
      endsMs: world.now().getTime() + POLICY.approvalTimeoutMs,
    };
    const before = { ...remembered };
    Object.assign(remembered, { approved, causes: [], begun: false, stopped: false });
    approving = true;
    const result = await deed(`${click.by.userId} approves ${run.id}`, () => pick(world.bots).approve(click));
    approving = false;
    if (result === undefined) {
      Object.assign(remembered, before, { approved: before.approved });
      return;
    }
    if (result.state === 'awaiting-approval') {
      Object.assign(remembered, before, { approved: before.approved, given: { digest: approved.digest, by: approved.by } });
      done.partial += 1;
      if (entitled(approved)) fault(`${approved.by.join(' and ')} are enough, and yet ${run.id} waits`);
    } else {
      remembered.given = undefined;
      done.approve += 1;
      if (remembered.isBroken) done.broken += 1;
      if (!entitled(approved)) fault(`${approved.by.join(' and ')} approved what ${approved.causes.join(', ')} caused`);
      if (isFrozen() && !remembered.isBroken) fault(`${run.id} was approved in a freeze`);
    }
    if (run.state !== 'awaiting-approval') fault(`a ${run.state} run was approved`);
    if (click.seenDigest !== approved.digest) fault('a plan was approved that was not seen');
    if (click.messageTs !== `card-${run.id}` && click.threadTs !== `card-${run.id}`) fault('a plan was approved from elsewhere');
    if (run.planExpiresAt !== undefined && world.now().toISOString() >= run.planExpiresAt) fault('an expired plan was approved');
  };

  const cancel = async (click: Click): Promise<void> => {
    const { runId, by, channel } = click;
    const typed = chance(0.5);
    const result = await deed(`${by.userId} cancels ${runId}`, () =>
      pick(world.bots).cancel(typed ? { way: 'command', by, channel, idempotencyKey: `k${roll()}`, runId } : click),
    );
    if (result === undefined) return;
    done.stopped += 1;
    const run = memory.get(runId)!;
    if (run.approved !== undefined) run.stopped = true;
    await world.goOn(runId);
  };

  const retry = async (click: Click): Promise<void> => {
    const result = await deed(`${click.by.userId} does ${click.deed} on ${click.runId}`, () => pick(world.bots).retry(click));
    if (result !== undefined) memory.get(click.runId)!.causes.push(click.by.userId);
  };

  const click = async (kind: 'approve' | 'reject' | 'cancel' | 'retry'): Promise<void> => {
    const runs = await world.store.list(100);
    if (runs.length === 0) return;
    const fitting = runs.filter(({ state }) => FITTING[kind]?.includes(state));
    const fresh = clickOn(pick(fitting.length > 0 && chance(0.8) ? fitting : runs));
    clicks.push(fresh);
    // Every fifth was made before, and comes again or late.
    const made = chance(0.2) ? pick(clicks) : fresh;
    if (kind === 'approve') return await approve(made);
    if (kind === 'cancel') return await cancel(made);
    if (kind === 'retry') return await retry(made);
    await deed(`${made.by.userId} rejects ${made.runId}`, () => pick(world.bots).reject({ ...made, way: 'form' }));
  };

  const deploy = async (): Promise<void> => {
    const by = { userId: pick(PEOPLE), teamId: 'T0' };
    const isBroken = chance(0.15);
    const run = await deed(`${by.userId} deploys`, () =>
      pick(world.bots).start({
        kind: 'deploy',
        database: pick(['postgres', 'postgres', 'orders']),
        way: 'command',
        by,
        channel: 'C0DB',
        idempotencyKey: `k${roll()}`,
        ...(isBroken ? { breakGlass: 'the primary is lost' } : {}),
      }),
    );
    if (run === undefined) return;
    memory.set(run.id, { isBroken, requester: by.userId, causes: [], begun: false, stopped: false });
    await world.store.setShown(run.id, { channel: 'C0DB', ts: `card-${run.id}`, replies: {} });
  };

  const configure = (): void => {
    // A worker reads its configuration when it starts.
    if (world.held().length > 0) return;
    story.push('the configuration changes');
    const { slack } = world.policy;
    world.policy = {
      ...POLICY,
      fleet: chance(0.2) ? { ...POLICY.fleet, hubApiServer: `https://10.0.0.${Math.floor(roll() * 3)}:6443` } : world.policy.fleet,
      databases: chance(0.1) ? POLICY.databases.slice(1) : POLICY.databases,
      slack: {
        ...slack,
        approvers: PEOPLE.filter(() => chance(0.6)),
        requesterMayApprove: chance(0.2),
        rules: chance(0.4) ? [{ approvals: 2 }] : [],
        freezes: chance(0.2) ? [FROZEN] : [],
      },
    };
  };

  /** Between the comparison and the first write there is no time. */
  const isBetween = async (): Promise<boolean> =>
    (await world.store.live()).some(
      ({ id, state, comparedAt }) => state === 'applying' && comparedAt !== undefined && memory.get(id)?.begun === false,
    );

  const changeOfPlans = async (): Promise<void> => {
    if (await isBetween()) return;
    story.push('another plan is needed');
    world.wanted += 1;
  };

  const time = async (): Promise<void> => {
    if (await isBetween()) return;
    story.push('time passes');
    world.pass(pick([60_000, 600_000, 1_860_000]));
  };

  const work = async (): Promise<void> => {
    const { jobs } = world;
    const held = world.held();
    if (held.length > 0 && chance(0.75)) {
      const runId = pick(held);
      if (chance(0.12)) {
        story.push(`the worker of ${runId} crashes`);
        await world.crash(runId);
      } else {
        story.push(`${runId} goes on`);
        await world.goOn(runId);
      }
      return;
    }
    if (jobs.length === 0) return;
    const [job] = chance(0.85) ? jobs.splice(0, 1) : [pick(jobs)];
    story.push(`a worker takes ${job!.phase} of ${job!.runId}`);
    await world.take(job!);
  };

  const ACTS: readonly (readonly [number, () => void | Promise<void>])[] = [
    [1, deploy],
    [6, () => click('approve')],
    [0.5, () => click('reject')],
    [1, () => click('cancel')],
    [4, () => click('retry')],
    [22, work],
    [1, configure],
    [1, changeOfPlans],
    [
      2,
      () => {
        story.push('the next write fails');
        world.failing = true;
      },
    ],
    [1, time],
    [
      1,
      async () => {
        story.push('the reconciler looks');
        reconciling += 1;
        await world.reconcile();
        reconciling -= 1;
      },
    ],
  ];
  const acts = ACTS.flatMap(([weight, act]) => Array.from({ length: 2 * weight }, () => act));
  await deploy();
  for (let turn = 0; turn < DEEDS_EACH && faults.length === 0; turn += 1) {
    await pick(acts)();
    for (const { plan } of await world.store.list(100)) {
      const [finding] = plan?.steps.flatMap(({ finding: seen }) => (seen.kind === 'change' ? [seen] : [])) ?? [];
      if (plan !== undefined && finding !== undefined) plans.set(plan.digest, Number(finding.changes[0]?.fields[0]?.to));
    }
  }
  await world.close();
  return faults;
};

test('nobody approves what they caused, and nothing goes on after a stop or without an approval that counts', async () => {
  const faults: string[] = [];
  for (let seed = 1; seed <= SEQUENCES && faults.length < 3; seed += 1) faults.push(...(await play(seed)));
  expect(faults).toEqual([]);
  // It happened at all.
  expect(done.approve).toBeGreaterThan(SEQUENCES / 10);
  for (const count of Object.values(done)) expect(count).toBeGreaterThan(20);
});
