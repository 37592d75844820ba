import { expect, test } from 'vitest';
import { change, inPlace } from '../../src/domain/finding.ts';
import type { ApprovalPolicy, PolicyRule } from '../../src/domain/policy.ts';
import { UserError } from '../../src/domain/problem.ts';
import type { Run } from '../../src/domain/run.ts';
import type { GroupAnswer } from '../../src/ports/groups.ts';
import { dice } from '../security/secrets.ts';
import { awaiting, clickOf, openBench, person, plan } from './bench.ts';

/**
 * Approvals in any order, by anybody, twice and in the same instant, while the configuration, groups and Slack's word about them change: held against a
 * model with rules of its own. Nothing begins without as many entitled people as are wanted at that moment, and nobody's word is lost or counted twice.
 */
const SEQUENCES = 400;
const TURNS = 14;
const PEOPLE = ['alice', 'bob', 'carol', 'dora', 'gina'].map(person);
const IDS = PEOPLE.map(({ userId }) => userId);
const GROUPS = ['S0DBA', 'S0OPS'] as const;
const CLUSTERS = ['tokyo', 'osaka'] as const;
const FROZEN = { name: 'Afternoon', timeZone: 'UTC', hours: { from: '15:00', to: '16:00' } };
const seen = { begun: 0, partial: 0, refused: 0, together: 0, broken: 0 };

const play = async (seed: number): Promise<string[]> => {
  const roll = dice(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(roll() * list.length)]!;
  const chance = (share: number): boolean => roll() < share;
  const some = <T>(list: readonly T[], share: number): T[] => list.filter(() => chance(share));
  const faults: string[] = [];
  const story: string[] = [];
  const touched = some(CLUSTERS, 0.6);
  const causes = [pick(PEOPLE), ...(chance(0.3) ? [pick(PEOPLE)] : [])];
  const run: Run = {
    ...awaiting,
    requestedBy: causes[0]!,
    causedBy: causes.slice(1),
    planExpiresAt: '2026-11-22T23:00:00.000Z',
    ...(chance(0.15) ? { breakGlass: { reason: 'the primary is lost' } } : {}),
    plan: {
      ...plan,
      steps: CLUSTERS.map((cluster) => ({
        id: cluster,
        title: cluster,
        stage: 'Test',
        cluster,
        usualMs: 0,
        finding: touched.includes(cluster) ? change([{ cluster, action: 'create', object: 'ConfigMap a', fields: [] }]) : inPlace('it is there'),
      })),
    },
  };

  const members = new Map<string, string[]>();
  let isSilent = false;
  const named = () => ({ users: some(IDS, 0.4), groups: some(GROUPS, 0.4) });
  const ruleOf = (): PolicyRule => ({
    ...(chance(0.5) ? { clusters: [pick(CLUSTERS)] } : {}),
    ...(chance(0.2) ? { databases: ['orders'] } : {}),
    ...(chance(0.6) ? { approvers: named() } : {}),
    ...(chance(0.6) ? { approvals: pick([1, 2, 3]) } : {}),
    ...(chance(0.2) ? { requesters: named() } : {}),
    ...(chance(0.2) ? { requesterMayApprove: chance(0.5) } : {}),
  });
  let policy: ApprovalPolicy = { approvers: IDS, requesterMayApprove: false };
  const configure = (): void => {
    story.push('the configuration changes');
    policy = {
      approvers: some(IDS, 0.6),
      approverGroups: some(GROUPS, 0.4),
      requesterMayApprove: chance(0.2),
      rules: Array.from({ length: pick([0, 1, 1, 2]) }, ruleOf),
      freezes: chance(0.3) ? [FROZEN] : [],
    };
    bench.configure(policy);
  };
  const regroup = (): void => {
    story.push('groups change');
    for (const group of GROUPS) members.set(group, some(IDS, 0.5));
  };
  const bench = openBench([run], {
    groups: {
      membersOf: (id): Promise<GroupAnswer> => Promise.resolve(isSilent ? { kind: 'silent' } : { kind: 'members', users: members.get(id) ?? [] }),
    },
  });

  /** The rules as one would tell them: whom a list names, with what is known of groups. */
  const isNamed = ({ users, groups }: { readonly users: readonly string[]; readonly groups: readonly string[] }, id: string): boolean =>
    users.includes(id) || (!isSilent && groups.some((group) => members.get(group)?.includes(id) === true));
  const speaks = ({ clusters, databases }: PolicyRule): boolean =>
    (clusters === undefined || clusters.some((cluster) => touched.includes(cluster as (typeof CLUSTERS)[number]))) && databases === undefined;
  const wanted = () => {
    const base = { users: policy.approvers, groups: policy.approverGroups ?? [] };
    const rules = (policy.rules ?? []).filter(speaks);
    const own = rules.filter((rule) => rule.approvers !== undefined || rule.approvals !== undefined || rule.requesterMayApprove !== undefined);
    return (own.length === 0 ? [{} as PolicyRule] : own).map((rule) => ({
      people: rule.approvers ?? base,
      number: rule.approvals ?? 1,
      self: rule.requesterMayApprove ?? policy.requesterMayApprove,
    }));
  };
  const isCause = (id: string): boolean => causes.some(({ userId }) => userId === id);
  /** Why this may not have begun with the approvals of these; undefined: it may. */
  const lacking = (ids: readonly string[]): string | undefined => {
    const isBroken = run.breakGlass !== undefined;
    if (!isBroken && (policy.freezes ?? []).length > 0 && bench.now.slice(11, 13) === '15') return 'it is frozen';
    const asking = (policy.rules ?? []).filter(speaks).flatMap(({ requesters }) => (requesters === undefined ? [] : [requesters]));
    if (!asking.every((requesters) => causes.some(({ userId }) => isNamed(requesters, userId)))) return 'nobody may have asked for it';
    if (isBroken) return ids.some((id) => !isCause(id) && wanted().some(({ people }) => isNamed(people, id))) ? undefined : 'no second person';
    return wanted().every(({ people, number, self }) => new Set(ids.filter((id) => isNamed(people, id) && (self || !isCause(id)))).size >= number)
      ? undefined
      : 'too few';
  };

  const given: string[] = [];
  const clicks = async (): Promise<void> => {
    const by = chance(0.4) ? [pick(PEOPLE), pick(PEOPLE)] : [pick(PEOPLE)];
    story.push(`${by.map(({ userId }) => userId).join(' and ')} approve`);
    const before = (await bench.store.get(run.id))!;
    const ends = await Promise.allSettled(by.map((actor) => bench.runs.approve(clickOf(actor, run))));
    for (const end of ends) if (end.status === 'rejected' && !(end.reason instanceof UserError)) throw end.reason;
    const taken = by.filter((_, index) => ends[index]?.status === 'fulfilled').map(({ userId }) => userId);
    const after = (await bench.store.get(run.id))!;
    seen.refused += ends.length - taken.length;
    if (taken.length === 2) seen.together += 1;
    if (new Set(taken).size < taken.length) faults.push(`${story.join(' · ')}: one person counted twice`);
    if (taken.length === 0 && JSON.stringify(after) !== JSON.stringify(before))
      faults.push(`${story.join(' · ')}: refused, and yet something was done`);
    given.push(...taken);
    const counted = (after.approvals ?? []).map((approval) => approval.by.userId);
    if (after.state === 'applying') {
      seen.begun += 1;
      if (run.breakGlass !== undefined) seen.broken += 1;
      const all = [...(after.approval?.along ?? []), after.approval!].map((approval) => approval.by.userId);
      if (new Set(all).size < all.length || all.some((id) => !given.includes(id))) faults.push(`${story.join(' · ')}: begun with ${all.join(', ')}`);
      const why = lacking(all);
      if (why !== undefined) faults.push(`${story.join(' · ')}: begun by ${all.join(', ')}, but ${why}`);
      return;
    }
    if (taken.length === 0) return;
    seen.partial += 1;
    // Of those whose word counts now nobody's is lost.
    const lost = taken.filter((id) => !counted.includes(id));
    if (lost.length > 0) faults.push(`${story.join(' · ')}: the word of ${lost.join(', ')} is lost`);
    if (new Set(counted).size < counted.length) faults.push(`${story.join(' · ')}: ${counted.join(', ')} are counted twice`);
    if (lacking(counted) === undefined) faults.push(`${story.join(' · ')}: waits, though ${counted.join(', ')} are enough`);
  };

  regroup();
  configure();
  for (let turn = 0; turn < TURNS && faults.length === 0; turn += 1) {
    if ((await bench.store.get(run.id))?.state !== 'awaiting-approval') break;
    await pick<() => Promise<void> | void>([
      clicks,
      clicks,
      clicks,
      clicks,
      configure,
      regroup,
      () => {
        isSilent = !isSilent;
        story.push(`Slack is ${isSilent ? 'silent' : 'back'}`);
      },
      () => {
        bench.now = pick(['2026-11-22T14:30:00.000Z', '2026-11-22T15:30:00.000Z', '2026-11-22T16:30:00.000Z']);
        story.push(`it is ${bench.now.slice(11, 16)}`);
      },
    ])();
  }
  const queued = bench.queued.length;
  const isBegun = (await bench.store.get(run.id))?.state === 'applying';
  if (queued !== (isBegun ? 1 : 0)) faults.push(`${story.join(' · ')}: ${queued} applies are queued`);
  return faults.map((fault) => `seed ${seed}: ${fault}`);
};

test('nothing begins without as many entitled people as are wanted at that moment, and nobody is lost or counted twice', async () => {
  const faults: string[] = [];
  for (let seed = 1; seed <= SEQUENCES && faults.length < 3; seed += 1) faults.push(...(await play(seed)));
  expect(faults).toEqual([]);
  // It happened at all.
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(4);
});
