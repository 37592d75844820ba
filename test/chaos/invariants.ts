import { auditEntries } from '../../src/adapters/redis/audit-log.ts';
import { card } from '../../src/adapters/slack/render/card.ts';
import { statusAnswer } from '../../src/adapters/slack/render/status-answer.ts';
import { repliesOf } from '../../src/adapters/slack/thread-replies.ts';
import { createChainCheck } from '../../src/domain/audit-chain.ts';
import { isTerminal, type Run } from '../../src/domain/run.ts';
import { isWithdrawn } from '../../src/domain/run-moves.ts';
import type { Asked } from './people.ts';
import { isReady, wantedObjects } from './procedure.ts';
import { CHANNEL, type MarkedMessage } from './slack.ts';
import { KEYS, type World } from './world.ts';

interface Seen {
  readonly world: World;
  readonly asked: readonly Asked[];
  readonly runs: readonly Run[];
  readonly messages: readonly MarkedMessage[];
}

/** A promise: returns a sentence for whatever breaks it. Each is looked at once everything has come to rest. */
type Invariant = (seen: Seen) => readonly string[] | Promise<readonly string[]>;

const accepted = (seen: Seen): readonly Run[] => seen.runs.filter((run) => !isWithdrawn(run));
const textOf = ({ text, blocks }: { readonly text: string; readonly blocks: readonly unknown[] }): string => JSON.stringify([text, blocks]);

export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  'every run ends': ({ runs }) => runs.filter(({ state }) => !isTerminal(state)).map(({ id, state }) => `run ${id} is ${state}`),

  'who was told yes has a run that was not withdrawn': ({ world, asked, runs }) =>
    asked
      // A command that Redis took last moments before it lost everything was begun before as well.
      .filter(({ deed, told, atMs }) => deed === 'start' && told === 'yes' && atMs > world.flushedMs && !isLost(world, atMs))
      .filter(({ runId }) => !runs.some((run) => run.id === runId && !isWithdrawn(run)))
      .map(({ runId }) => `run ${runId} was accepted and is lost`),

  'what was told not to be accepted never runs': async ({ world, asked, runs, messages }) => {
    const wrong: string[] = [];
    for (const { key } of asked.filter(({ deed, told }) => deed === 'start' && told === 'no')) {
      if (asked.some((other) => other.key === key && other.told !== 'no')) continue;
      const id = await world.look.startedBy(key ?? '');
      const run = runs.find((other) => other.id === id);
      if (run === undefined) continue;
      if (!isWithdrawn(run)) wrong.push(`"${key}" was told no, and run ${run.id} is ${run.state}`);
      if (run.startedAt !== undefined || messages.some((message) => message.run === id)) wrong.push(`run ${run.id} was told no, and was worked on`);
    }
    return wrong;
  },

  'who was refused a decision made none': ({ asked, runs }) => {
    const made = (deed: Asked['deed'], run: Run): string | undefined =>
      ({ approve: run.approval?.by.userId, reject: run.rejection?.by.userId, cancel: run.cancelledBy?.userId, retry: run.retriedBy?.userId })[
        deed as 'approve'
      ];
    return runs.flatMap((run) =>
      (['approve', 'reject', 'cancel', 'retry'] as const).flatMap((deed) => {
        const by = made(deed, run);
        if (by === undefined) return [];
        const mine = asked.filter((entry) => entry.deed === deed && entry.runId === run.id && entry.by === by);
        return mine.every(({ told }) => told === 'no') ? [`run ${run.id} has a ${deed} by ${by}, who was refused it`] : [];
      }),
    );
  },

  'each accepted run has one card, and it tells the end': (seen) =>
    accepted(seen)
      .filter(({ kind }) => kind !== 'status')
      .flatMap((run) => {
        const cards = seen.messages.filter((message) => message.run === run.id && message.key === 'card');
        const [only] = cards;
        if (cards.length !== 1 || only === undefined) return [`run ${run.id} (${run.state}) has ${cards.length} cards`];
        return only.message.text === card(run, {}, seen.world.sim.wall().toISOString()).text
          ? []
          : [`the card of run ${run.id} (${run.state}) says: ${only.message.text}`];
      }),

  'the card of a run that Redis lost says so, or how it ended': ({ runs, messages }) =>
    messages
      .filter(({ run, key }) => key === 'card' && !runs.some(({ id }) => id === run))
      .filter(
        ({ run, message }) =>
          !message.text.includes('is not known any more') && !messages.findLast((other) => other.run === run)?.key.startsWith('ended-'),
      )
      .map(({ run, message }) => `run ${run} is lost, and its card says: ${message.text}`),

  'each reply stands once': ({ world, runs, messages }) =>
    runs.flatMap((run) => {
      const expected = isWithdrawn(run) || !isTerminal(run.state) ? [] : repliesOf(run, world.policy.slack, world.sim.wall().toISOString());
      const mine = messages.filter((message) => message.run === run.id);
      const twice = [...Map.groupBy(mine, ({ key }) => key)]
        .filter(([, same]) => same.length > 1)
        .map(([key, same]) => `${same.length} ${key} of run ${run.id}`);
      const missing = expected
        .filter(({ kind, key }) => kind === 'post' && !mine.some((message) => message.key === key))
        .map(({ key }) => `no ${key} of run ${run.id}`);
      return [...twice, ...missing];
    }),

  'an answer to status is told once': (seen) =>
    accepted(seen)
      .filter(({ kind }) => kind === 'status')
      .flatMap((run) => {
        const count = seen.messages.filter((message) => message.run === run.id && message.key === 'answer').length;
        const alone = toldAlone(seen, run);
        // What is told in private cannot be looked for: where no answer comes it is sent again, so often at most.
        return count + Math.min(alone, 1) === 1 && alone <= MOST_BLIND ? [] : [`run ${run.id} has ${count} answers, and ${alone} in private`];
      }),

  'no plan has two files': ({ world: { slack }, messages }) =>
    slack.slack.messages(CHANNEL).flatMap(({ ts }) => {
      const files = slack.slack.thread(CHANNEL, ts).flatMap(({ files: shown }) => shown);
      const plans = messages.filter(({ key, message }) => message.threadTs === ts && key.startsWith('plan-'));
      return files.length > plans.length ? [`the thread of ${ts} has ${files.length} files for ${plans.length} plans`] : [];
    }),

  'nothing that was decided can be decided again': (seen) =>
    seen.messages
      .filter(
        ({ run, message }) =>
          isTerminal(seen.runs.find(({ id }) => id === run)?.state ?? 'failed') && /"action_id":"(approve|reject)"/.test(textOf(message)),
      )
      .map(({ run, key }) => `${key} of run ${run} still has its buttons`),

  'what is in place is written again only where a fault left it open': ({ world: { writes, plan } }) => {
    const again = writes.filter(({ object, changed }) => !changed && object.startsWith('ConfigMap'));
    return again.length > plan.planted.length ? again.map(({ object, runId }) => `${object} was written again for run ${runId}`) : [];
  },

  'nothing is held, and nothing waits': async ({ world: { real, redis } }) => {
    const held = [...redis.leases(), ...(await real.keys('chaos:fleet:*')), ...(await real.keys('chaos:deploying:*'))];
    const waiting = await Promise.all([KEYS.live, KEYS.look, KEYS.reportDue].map(async (key) => ((await real.exists(key)) === 1 ? [key] : [])));
    return [...held, ...waiting.flat()].map((key) => `${key} is left`);
  },

  'what is kept for ever is meant to be': async ({ world: { real } }) => {
    const kept = [KEYS.runs, KEYS.epochs, KEYS.audit, KEYS.auditHead, KEYS.installation, KEYS.life];
    const keys = (await real.keys('chaos:*')).filter((key) => !kept.includes(key) && !key.startsWith('chaos:audit-of:'));
    const left = await Promise.all(keys.map(async (key) => ({ key, ttl: await real.pttl(key) })));
    return left.filter(({ ttl }) => ttl === -1).map(({ key }) => `${key} never expires`);
  },

  'the audit is whole': async ({ world: { real } }) => {
    const check = createChainCheck();
    const faults: string[] = [];
    for await (const entry of auditEntries(real, KEYS)) faults.push(...[check.next(entry) ?? []].flat());
    return faults;
  },

  'the clusters are as the last deploy says': ({ world, runs }) =>
    world.policy.databases.flatMap(({ name }) => {
      const deploys = runs.filter(({ database, approval }) => database.name === name && approval !== undefined);
      const last = deploys.toSorted((a, b) => ((a.endedAt ?? '') < (b.endedAt ?? '') ? 1 : -1))[0];
      if (last?.state !== 'succeeded' || (world.touchedMs.get(name) ?? -Infinity) >= Date.parse(last.startedAt ?? '') - SKEW_MS) return [];
      // Another one came after it that nothing knows of any more.
      const lostUntil = world.sim.wall().getTime() - world.sim.nowMs() + Math.max(...world.lost.map(({ toMs }) => toMs));
      if (Date.parse(last.startedAt ?? '') <= lostUntil) return [];
      return wantedObjects(last.fleet, last.database).flatMap(({ cluster, manifest }) => {
        const { apiVersion, kind, metadata } = manifest;
        const found = world.clusters[cluster]?.get({ apiVersion, kind, ...metadata });
        return isReady(manifest, found) ? [] : [`run ${last.id} succeeded, and ${metadata.name} on ${cluster} is not as it says`];
      });
    }),
};

/** Asked for in what Redis lost, or so shortly before that it was stored in it. */
const isLost = ({ lost }: World, atMs: number): boolean => lost.some(({ fromMs, toMs }) => atMs > fromMs - ASKING_MS && atMs <= toMs);
const ASKING_MS = 5_000;
const MOST_BLIND = 3;

/** Where the channel takes no answer, who asked has it in private, below the reason: such messages bear no mark. */
const toldAlone = ({ world }: Seen, run: Run): number => {
  const { text } = statusAnswer(run, world.sim.wall().toISOString());
  return world.slack.slack.ephemerals(run.requestedBy.userId).filter((message) => message.text.endsWith(`\n${text}`)).length;
};

/** Clocks of machines may be so far apart. */
const SKEW_MS = 60_000;

/** Every sentence, with the promise it is about. */
export const brokenIn = async (world: World, asked: readonly Asked[]): Promise<readonly string[]> => {
  const ids = await world.real.zrevrange(KEYS.runs, 0, -1);
  const runs = (await Promise.all(ids.map((id) => world.look.get(id)))).filter((run) => run !== undefined);
  const seen = { world, asked, runs, messages: world.slack.messages() };
  const found = await Promise.all(
    Object.entries(INVARIANTS).map(async ([name, look]) => (await look(seen)).map((sentence) => `${name}: ${sentence}`)),
  );
  return [...world.violations, ...found.flat()];
};
