import { expect } from 'vitest';
import type { Finding, Verdict } from '../../src/domain/finding.ts';
import { NotYetError } from '../../src/domain/problem.ts';
import type { KubeObject, ObjectRef } from '../../src/kube-api/objects.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import { planningClients } from '../../src/walk/clients/planning-clients.ts';
import { applyingClients } from '../../src/walk/clients/applying-clients.ts';
import { firstFailure } from '../../src/walk/first-failure.ts';
import { waitForHealth } from '../../src/walk/wait-for-health.ts';
import type { ApplyContext, Step } from '../../src/steps/context.ts';
import { rightsBesideSteps } from '../../src/steps/rights-beside-steps.ts';
import { limitedTo, type Limited, type Served } from './limited-user.ts';
import { heldLease } from './walk.ts';
import { patienceMs } from './eventually.ts';

export interface ContractOptions {
  /** The fact comes about by itself, so it may be true before apply: nothing is demanded of check and verify then. */
  readonly comesByItself?: boolean;
  /** The clusters: the step then works as a user who has the rights that it declares, and no other. */
  readonly apis?: readonly Served[];
}

/**
 * What every step that can be applied promises: check and verify write nothing; verify fails before and passes after; after apply check says
 * in-place; applying twice equals once. On clusters where everything that the step builds on is in place, and the step is not.
 * `path` is the step's id without its cluster: test/steps/contract.test.ts finds by it that no step is left out.
 */
export const keepsTheContract = async (path: string, step: Step, context: ApplyContext, options: ContractOptions = {}): Promise<void> => {
  expect(pathOf(step)).toBe(path);
  const limited = options.apis === undefined ? undefined : await asDeclared(step, context, options.apis);
  const recorded = recording(limited?.context ?? context, context);
  try {
    await keepsTheContractBefore(step, recorded, options);
    await keepsTheContractAfter(step, recorded);
    await keepsTheContractTwice(step, recorded);
    if (limited === undefined) return;
    // A plan reads by other questions: lists of what stands beside the object.
    const { remembering } = planningClients(limited.context);
    await step.check({ ...limited.context, cluster: remembering });
    await step.verify({ ...limited.context, cluster: remembering });
    expect(limited.refused, `${step.id} does what it does not declare`).toEqual([]);
  } finally {
    await limited?.close();
  }
};

const asDeclared = (step: Step, context: ApplyContext, apis: readonly Served[]): Promise<Limited> => {
  const declared = [
    { by: step.id, rights: step.rights },
    { by: 'every walk', rights: rightsBesideSteps(context.fleet) },
  ];
  return limitedTo(declared, { context, apis }, step.id.replaceAll(/[^a-z0-9]+/g, '-'));
};

export interface GateCase {
  readonly step: Step;
  readonly context: ApplyContext;
}

/** What every gate promises: it writes nothing, check and verify agree, nobody can apply it; it opens where all is well and shuts where something is wrong. */
export const keepsTheGatesContract = async (path: string, open: GateCase, shut: GateCase): Promise<void> => {
  for (const [{ step, context }, isOpen] of [
    [open, true],
    [shut, false],
  ] as const) {
    expect(pathOf(step)).toBe(path);
    const recorded = recording(context, context);
    const finding = await step.check(recorded.context);
    const verdict = await step.verify(recorded.context);
    await expect(step.apply(recorded.context), `${step.id} cannot be applied`).rejects.toThrow('is a gate');
    expect(recorded.writes, `${step.id} writes nothing`).toEqual([]);
    expect([finding.kind, verdict.healthy], step.id).toEqual(isOpen ? ['in-place', true] : ['blocked', false]);
    if (!verdict.healthy) {
      expectsTold(step, verdict);
      expect(verdict.final, `${step.id} does not become true by waiting`).toBe(true);
    }
  }
};

/** 'coredns/slice-names-resolve' of 'coredns/slice-names-resolve@tokyo'. */
export const pathOf = ({ id }: Step): string => id.split('@')[0] ?? '';

const keepsTheContractBefore = async (step: Step, { context, writes }: Recorded, { comesByItself = false }: ContractOptions): Promise<void> => {
  const finding = await step.check(context).catch(asNotYet);
  const verdict = await step.verify(context).catch(asNotYet);
  expect(writes, `${step.id}: check and verify write nothing`).toEqual([]);
  if (comesByItself) return;
  expect(isInPlace(finding), `${step.id}: check does not say in-place before apply`).toBe(false);
  expect(isHealthy(verdict), `${step.id}: verify fails before apply`).toBe(false);
  if (!(verdict instanceof NotYetError) && !verdict.healthy) expectsTold(step, verdict);
};

const keepsTheContractAfter = async (step: Step, { context }: Recorded): Promise<void> => {
  await step.apply(context);
  const verdict = await becomesHealthy(step, context);
  expect(verdict, `${step.id}: verify passes after apply`).toMatchObject({ healthy: true });
  expect(await step.check(context), `${step.id}: check after apply`).toMatchObject({ kind: 'in-place' });
};

const keepsTheContractTwice = async (step: Step, recorded: Recorded): Promise<void> => {
  const { context, looking, touched } = recorded;
  const before = await wantedFields(looking, touched);
  await step.apply(context);
  expect(await wantedFields(looking, touched), `${step.id}: a second apply changes nothing`).toEqual(before);
};

/** Waits as the apply phase does, by watching what verify read, but as long as the runner does: the step counts on a machine of its own. */
export const becomesHealthy = async (step: Step, context: ApplyContext): Promise<Verdict> => {
  const tools = {
    ...context,
    cluster: (name: string) => context.cluster(name),
    random: { number: () => 0.5, id: (length: number) => 'x'.repeat(length) },
    lease: heldLease,
  };
  const ended = new AbortController();
  return waitForHealth(
    { ...step, verifyTimeoutMs: patienceMs() },
    {
      tools,
      progress: { outcomeOf: () => undefined, outcome: () => undefined, waiting: () => undefined, replication: () => undefined },
      clients: applyingClients(tools, ended.signal),
      failed: firstFailure(context.clock),
    },
    () => undefined,
  ).finally(() => ended.abort());
};

const expectsTold = (step: Step, verdict: Extract<Verdict, { healthy: false }>): void => {
  expect(verdict.waitingFor, `${step.id} tells what it waits for`).not.toBe('');
  expect(verdict.problem.code, `${step.id} has a code`).toMatch(/^PGD-\d{3}$/);
  expect(verdict.problem.evidence.length, `${step.id} gives evidence`).toBeGreaterThan(0);
  expect(verdict.problem.remedy, `${step.id} gives a remedy`).not.toBe('');
};

const asNotYet = (error: unknown): NotYetError => {
  if (error instanceof NotYetError) return error;
  throw error;
};
const isInPlace = (finding: Finding | NotYetError): boolean => !(finding instanceof NotYetError) && finding.kind === 'in-place';
const isHealthy = (verdict: Verdict | NotYetError): boolean => !(verdict instanceof NotYetError) && verdict.healthy;

interface Recorded {
  readonly context: ApplyContext;
  /** With which the contract looks at what the step left. */
  readonly looking: ApplyContext;
  /** 'apply ConfigMap coredns on tokyo' */
  readonly writes: string[];
  readonly touched: Map<string, { readonly cluster: string; readonly ref: ObjectRef }>;
}

/** The same context, with every write through it written down. */
const recording = (context: ApplyContext, looking: ApplyContext): Recorded => {
  const writes: string[] = [];
  const touched: Recorded['touched'] = new Map();
  const note = (cluster: string, verb: string, { apiVersion, kind, name, namespace }: ObjectRef): void => {
    writes.push(`${verb} ${kind} ${name} on ${cluster}`);
    const ref = { apiVersion, kind, name, ...(namespace === undefined ? {} : { namespace }) };
    touched.set(`${cluster} ${kind} ${namespace ?? ''}/${name}`, { cluster, ref });
  };
  const refOf = ({ apiVersion, kind, metadata }: Pick<KubeObject, 'apiVersion' | 'kind' | 'metadata'>): ObjectRef => ({
    apiVersion,
    kind,
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  });
  const wrap = (client: ClusterClient): ClusterClient => ({
    ...client,
    apply: (manifest) => (note(client.name, 'apply', refOf(manifest)), client.apply(manifest)),
    merge: (ref, ...rest) => (note(client.name, 'merge', ref), client.merge(ref, ...rest)),
    create: (manifest) => (note(client.name, 'create', refOf(manifest)), client.create(manifest)),
    update: (object, ...rest) => (note(client.name, 'update', refOf(object)), client.update(object, ...rest)),
    delete: (ref, ...rest) => (note(client.name, 'delete', ref), client.delete(ref, ...rest)),
    token: (account, seconds) => (writes.push(`token of ${account.name} on ${client.name}`), client.token(account, seconds)),
  });
  return {
    writes,
    touched,
    looking,
    context: {
      ...context,
      cluster: (name) => wrap(context.cluster(name)),
      afterCancel: (name) => wrap(context.afterCancel(name)),
      helm: {
        ...context.helm,
        upgrade: (upgrade, call) => (writes.push(`helm upgrade ${upgrade.release}`), context.helm.upgrade(upgrade, call)),
        rollback: (target, call) => (writes.push(`helm rollback ${target.release}`), context.helm.rollback(target, call)),
        uninstall: (target, call) => (writes.push(`helm uninstall ${target.release}`), context.helm.uninstall(target, call)),
      },
    },
  };
};

/** Of each object: all that a person would call its content; nothing that the API server or a controller keeps there. */
const wantedFields = async (context: ApplyContext, touched: Recorded['touched']): Promise<unknown[]> =>
  Promise.all(
    [...touched.values()].map(async ({ cluster, ref }) => {
      const object = await context.cluster(cluster).read(ref);
      if (object === undefined) return { ...ref, absent: true };
      const { metadata, status: _, ...content } = object;
      return { ...content, metadata: { name: metadata.name, labels: metadata.labels, annotations: metadata.annotations } };
    }),
  );
