import { NotKnownError, UserError } from '../../src/domain/problem.ts';
import { isTerminal, type Run } from '../../src/domain/run.ts';
import type { UseCases } from '../../src/ports/use-cases.ts';
import type { Bot } from './processes.ts';
import type { World } from './world.ts';

export const PEOPLE = ['U0ALICE', 'U0BOB', 'U0CAROL', 'U0DORA'] as const;

/** What somebody asked of a bot, and what it told them. */
export interface Asked {
  readonly deed: 'start' | 'approve' | 'reject' | 'cancel' | 'retry' | 'ask-again';
  readonly by: string;
  /** Of a command. */
  readonly key?: string;
  runId?: string;
  readonly atMs: number;
  /** none: the bot died or hangs. unknown: the bot said that it is not known. */
  told: 'none' | 'yes' | 'no' | 'unknown';
  sentence?: string;
}

type Ask = (runs: UseCases) => Promise<unknown>;

/** People who type and click, some of them twice and to two bots. */
export const createPeople = (world: World, bots: () => readonly Bot[]) => {
  const { sim } = world;
  const asked: Asked[] = [];
  let keys = 0;

  const send = (what: Omit<Asked, 'told' | 'atMs'>, ask: Ask, bot: Bot): void => {
    const entry: Asked = { ...what, atMs: sim.nowMs(), told: 'none' };
    asked.push(entry);
    sim.after(
      sim.between(1, 30),
      () =>
        void ask(bot.runs).then(
          (result) => {
            entry.told = 'yes';
            if (typeof result === 'object' && result !== null && 'id' in result) entry.runId = String(result.id);
          },
          (error: unknown) => {
            entry.told = error instanceof UserError && !(error instanceof NotKnownError) ? 'no' : 'unknown';
            entry.sentence = String(error);
          },
        ),
      bot.process,
    );
  };
  /** To any bot that lives; now and then it comes twice. */
  const deliver = (what: Omit<Asked, 'told' | 'atMs'>, ask: Ask): void => {
    const living = bots().filter(({ process }) => process.alive);
    if (living.length === 0) return;
    send(what, ask, sim.pick(living));
    if (sim.chance(0.2)) send(what, ask, sim.pick(living));
  };

  const start = (): void => {
    const by = sim.pick(PEOPLE);
    const kind = sim.pick(['deploy', 'deploy', 'deploy', 'deploy', 'deploy', 'verify', 'status'] as const);
    const key = `key-${(keys += 1)}`;
    const database = sim.pick(world.policy.databases).name;
    const request = { way: 'command', kind, database, by: { userId: by, teamId: 'T0' }, channel: 'C0DB', idempotencyKey: key } as const;
    deliver({ deed: 'start', by, key }, (runs) => runs.start(request));
  };

  const click = (run: Run, deed: 'approve' | 'reject' | 'cancel' | 'retry' | 'ask-again', by: string): void => {
    const messageTs = run.thread.ts;
    if (messageTs === undefined) return;
    const base = { way: 'button', runId: run.id, by: { userId: by, teamId: 'T0' }, channel: 'C0DB', messageTs } as const;
    const what = { deed, by, runId: run.id };
    const seenDigest = run.plan?.digest;
    const form = `form-${(keys += 1)}`;
    switch (deed) {
      case 'approve':
        return deliver(what, (runs) => runs.approve({ ...base, seenDigest }));
      case 'reject':
        return deliver(what, (runs) => runs.reject({ ...base, way: 'form', seenDigest, form, reason: 'not now' }));
      case 'cancel':
        return deliver(what, (runs) => runs.cancel(base));
      case 'retry': {
        const again = run.state === 'failed' || run.state === 'cancelled' ? 'retry' : 'plan-again';
        return deliver(what, (runs) => runs.retry({ ...base, deed: again, seenRetries: run.retries ?? 0 }));
      }
      case 'ask-again':
        return deliver({ deed, by }, (runs) => runs.askAgain({ ...base, deed: 'verify-now', idempotencyKey: form }));
    }
  };

  const approver = (run: Run): string => sim.pick(['U0BOB', 'U0CAROL'].filter((id) => id !== run.requestedBy.userId));

  /** Somebody does something that fits what they see. */
  const act = async (): Promise<void> => {
    const runs = await world.look.list(50);
    const roll = sim.roll();
    const open = runs.filter(({ state }) => state === 'awaiting-approval');
    const live = runs.filter(({ state }) => !isTerminal(state));
    const ended = runs.filter(({ state }) => isTerminal(state));
    if (open.length > 0 && roll < 0.65) {
      const run = sim.pick(open);
      click(run, 'approve', sim.chance(0.85) ? approver(run) : sim.pick(PEOPLE));
      if (sim.chance(0.2)) click(run, 'reject', sim.pick(PEOPLE));
    } else if (open.length > 0 && roll < 0.7) click(sim.pick(open), 'reject', sim.pick(PEOPLE));
    else if (live.length > 0 && roll < 0.3) click(sim.pick(live), 'cancel', sim.pick(PEOPLE));
    else if (ended.length > 0 && roll < 0.55) {
      const run = sim.pick(ended);
      for (let times = sim.chance(0.3) ? 3 : 1; times > 0; times -= 1) click(run, sim.chance(0.8) ? 'retry' : 'ask-again', sim.pick(PEOPLE));
    } else if (roll < 0.65) byHand();
    else if (roll < 0.72) configure();
    else start();
  };
  const byHand = (): void => {
    const cluster = world.clusters[sim.pick(world.policy.fleet.clusters).name]!;
    const { name } = sim.pick(world.policy.databases);
    world.touchedMs.set(name, sim.wall().getTime());
    cluster.remove({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'demo', name: `${name}-${sim.pick(['part', 'whole'])}` });
  };
  const configure = (): void => {
    const version = sim.pick(['17.2', '17.4', '17.5']);
    world.policy = { ...world.policy, databases: world.policy.databases.map((database) => ({ ...database, version })) };
  };

  return {
    asked,
    start,
    act,
    /** Whatever waits for a person is decided, or left until it expires. */
    async decide(): Promise<void> {
      for (const run of (await world.look.live()).filter(({ state }) => state === 'awaiting-approval')) {
        if (sim.chance(0.7)) click(run, 'approve', approver(run));
        else if (sim.chance(0.5)) click(run, 'cancel', run.requestedBy.userId);
      }
    },
  };
};
