import { type Change, change, type FieldChange, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import type { Cluster, Fleet } from '../../domain/fleet.ts';
import { byDeploy, byTyping, byWords, NotYetError, type Remedy } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { kubectlIn, type TerminalLine } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import type { Step, StepContext } from '../context.ts';
import { conditionOf, toldCondition } from '../kube/conditions.ts';
import { argumentsOf, deploymentsIn, isRolledOut, rolloutText, workloadsOf } from '../kube/deployments.ts';
import { podTroubles } from '../kube/pod-trouble.ts';
import { readIfServed } from '../kube/read.ts';
import { withStandingTrouble } from '../standing-trouble.ts';
import { againOnConflict } from './again-on-conflict.ts';
import { AGENT_NAMESPACE, OPERATOR_NAMESPACE, type Klusterlet, KLUSTERLET, klusterletSchema } from './objects.ts';
import { AGENT_LOCK, leaderAwaited, WORK_AGENTS } from './work-agent-leader.ts';
import { tuneByHand } from './join-by-hand.ts';
import { changesTo, FEEDBACK_FEATURE_GATE, gateIsOn, intervalIsShort, missingIn } from './work-configuration.ts';
import { merging, rightsTo, watching } from '../rights.ts';
import { agentPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

/** The spoke's work agent reports pod conditions to the hub (KubeDB waits for them), often enough and without being throttled. */
export const workAgentTuned = (fleet: Fleet, cluster: Cluster): Step => restingOnPods(agentPods(cluster.name), bareStep(fleet, cluster));

const VERIFY_MS = 300_000;

const bareStep = (fleet: Fleet, { name }: Cluster): Step => ({
  id: stepId('ocm/work-agent-tuned', name),
  title: `work agent of ${name} reports raw feedback`,
  stage: 'Open Cluster Management',
  cluster: name,
  // The new agent waits up to 163 s for the lease of the old one.
  verifyTimeoutMs: VERIFY_MS,
  rights: rightsTo(
    `tune the work agent of ${name}`,
    name,
    watching(KLUSTERLET),
    merging(KLUSTERLET),
    ...[AGENT_NAMESPACE, OPERATOR_NAMESPACE].flatMap(workloadsOf),
    watching({ ...AGENT_LOCK, name: '' }),
  ),
  async check(context) {
    const { spec } = await readKlusterlet(context, name);
    const fields = changesTo(spec.workConfiguration);
    if (fields.length === 0)
      return inPlace(
        `Klusterlet has gate ${FEEDBACK_FEATURE_GATE}, status sync ${spec.workConfiguration.statusSyncInterval ?? ''} and the rates of the guide`,
      );
    await context.cluster(name).rehearse(KLUSTERLET, { spec: { workConfiguration: missingIn(spec.workConfiguration) } });
    return change([tuning(name, fields)]);
  },
  async foresee() {
    return { changes: [{ ...tuning(name, changesTo({ featureGates: [] })), onlyIf: told`the join has not set it` }] };
  },
  async byHand(context) {
    const klusterlet = await readIfServed(context.cluster(name), KLUSTERLET, klusterletSchema);
    return tuneByHand(fleet, name, klusterlet?.spec.workConfiguration, VERIFY_MS);
  },
  apply: (context) =>
    againOnConflict(async () => {
      const { spec, metadata } = await readKlusterlet(context, name);
      const workConfiguration = missingIn(spec.workConfiguration);
      if (Object.keys(workConfiguration).length === 0) return;
      await context.cluster(name).merge(KLUSTERLET, { spec: { workConfiguration } }, { resourceVersion: metadata.resourceVersion });
    }),
  async verify(context) {
    return verdictOf(context, name);
  },
});

const tuning = (name: string, fields: readonly FieldChange[]): Change => ({
  cluster: name,
  action: 'change',
  object: `Klusterlet ${KLUSTERLET.name}`,
  fields,
  impact: told`rolls out klusterlet-work-agent on ${name}; workloads are not touched`,
});

const readKlusterlet = async (context: StepContext, name: string): Promise<Klusterlet> => {
  const found = await readIfServed(context.cluster(name), KLUSTERLET, klusterletSchema);
  if (found === undefined) throw new NotYetError(`Klusterlet ${KLUSTERLET.name} on ${name}`);
  return found;
};

/** The settings are live in the agent, not merely wanted in the Klusterlet. */
const verdictOf = async (context: StepContext, name: string): Promise<Verdict> => {
  const cluster = context.cluster(name);
  const unhealthy = (waitingFor: string, evidence: readonly string[], remedy: Remedy, final = false): Verdict => ({
    healthy: false,
    waitingFor,
    problem: {
      code: 'PGD-024',
      what: told`the work agent of ${name} does not run with the wanted settings`,
      evidence: [waitingFor, ...evidence],
      ...remedy,
    },
    ...(final ? { final } : {}),
  });
  const klusterlet = await readIfServed(cluster, KLUSTERLET, klusterletSchema);
  if (klusterlet === undefined) return unhealthy(`there is no Klusterlet on ${name}`, [], byDeploy(told`Deploy: joining the cluster makes it.`));
  const missing = changesTo(klusterlet.spec.workConfiguration);
  if (missing.length > 0)
    return unhealthy(
      `not as wanted: ${missing.map(({ path, to }) => `${path} (wanted ${JSON.stringify(to) ?? ''})`).join(', ')}`,
      [],
      byDeploy(told`Deploy: pgdist sets them and keeps the others.`),
      true,
    );
  const gates = conditionOf(klusterlet, 'ValidFeatureGates');
  if (gates?.status === 'False')
    return unhealthy(
      toldCondition(gates),
      [],
      byWords(told`This OCM does not know gate ${FEEDBACK_FEATURE_GATE}, or another one: upgrade OCM on ${name}, or remove the unknown gate.`),
    );
  const operator = (await deploymentsIn(cluster, OPERATOR_NAMESPACE)).find(({ metadata }) => metadata.name === OPERATOR);
  if (operator !== undefined && operator.spec.replicas === 0)
    return unhealthy(`Deployment ${OPERATOR_NAMESPACE}/${OPERATOR} of ${name}: ${rolloutText(operator)}`, [], agentRemedy(name));
  const agent = (await deploymentsIn(cluster, AGENT_NAMESPACE)).find(({ metadata }) => WORK_AGENTS.includes(metadata.name));
  if (agent === undefined) return unhealthy('there is no Deployment klusterlet-work-agent yet', [], agentRemedy(name));
  const { metadata, spec } = agent;
  const words = argumentsOf(agent);
  const live = gateIsOn(words) && intervalIsShort(words);
  if (!live) return unhealthy(`${metadata.name} does not have the new arguments yet`, [], agentRemedy(name));
  if (spec.replicas === 0) return unhealthy(`${metadata.name} has no replicas: the agent waits for its certificate`, [], agentRemedy(name));
  if (!isRolledOut(agent)) {
    const troubles = await podTroubles(cluster, AGENT_NAMESPACE);
    return unhealthy(withStandingTrouble(`${metadata.name}: ${rolloutText(agent)}`, troubles), troubles, agentRemedy(name));
  }
  const awaited = await leaderAwaited(cluster, agent);
  if (awaited !== undefined) return unhealthy(awaited, ['its pod is available and idle meanwhile'], lockRemedy(name));
  return healthy(
    `${metadata.name} runs with ${FEEDBACK_FEATURE_GATE} and reports every ${klusterlet.spec.workConfiguration.statusSyncInterval ?? ''}`,
  );
};

/** Keeps the agents as the Klusterlet has them; in Hosted mode it is elsewhere. */
const OPERATOR = 'klusterlet';

const agentLog = (name: string): TerminalLine => kubectlIn(name, AGENT_NAMESPACE, 'logs deploy/klusterlet-work-agent --tail=100');
const agentRemedy = (name: string): Remedy =>
  byTyping(
    told`Look at the pods and the log of the work agent (images, scheduling, connection to the hub), then retry:`,
    kubectlIn(name, AGENT_NAMESPACE, 'get pods -o wide'),
    agentLog(name),
  );
const lockRemedy = (name: string): Remedy =>
  byTyping(
    told`Wait: an agent takes the lock of one that ended uncleanly after up to 163 s. If it stays so, look at its log, then retry:`,
    agentLog(name),
  );
