import { bash } from '../../domain/by-hand.ts';
import { blocked, change, healthy, inPlace, type Verdict } from '../../domain/finding.ts';
import { type Cluster, type Fleet, AUTO } from '../../domain/fleet.ts';
import { byDeploy, NotYetError, ProblemError } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { kubectl } from '../by-hand/lines.ts';
import type { Step } from '../context.ts';
import { nodesOf, whyUnusable } from '../kube/nodes.ts';
import { chooseGateway } from './gateway-node.ts';
import { GATEWAY_LABEL, STAGE } from './objects.ts';
import { plainText, told } from '../../domain/text.ts';
import { merging, rightsTo, watching } from '../rights.ts';

const NODE = { apiVersion: 'v1', kind: 'Node' } as const;
const LABELLED = { metadata: { labels: { [GATEWAY_LABEL]: 'gateway' } } };

/** A node that can serve carries the label that KubeSlice's operator, DNS, router and gateways require of theirs. */
export const gatewayLabelled = (fleet: Fleet, cluster: Cluster): Step => {
  const { name, gateway } = cluster;
  return {
    id: stepId('kubeslice/gateway-labelled', name),
    title: `${name} has a gateway node`,
    stage: STAGE,
    cluster: name,
    verifyTimeoutMs: 15_000,
    rights: rightsTo('label the gateway node', name, watching(NODE), merging({ ...NODE, ...(gateway.node === AUTO ? {} : { name: gateway.node }) })),
    async check(context) {
      const choice = await chooseGateway(context.cluster(name), cluster);
      if ('code' in choice) {
        // Where no pod finds a node at all, the gate about nodes tells so: it is one problem.
        if (!(await nodesOf(context.cluster(name))).some((node) => whyUnusable(node) === undefined))
          throw new NotYetError(`a node of ${name} that takes pods`);
        return blocked(choice);
      }
      const { node, labelled, others } = choice;
      const warnings = others.length === 0 ? [] : [`further nodes of ${name} carry the gateway label: ${others.join(', ')}`];
      if (labelled) return inPlace(`node ${node.metadata.name} is labelled`, warnings);
      await context.cluster(name).rehearse({ ...NODE, name: node.metadata.name }, LABELLED);
      const fields = [{ path: `metadata.labels.${GATEWAY_LABEL}`, to: 'gateway' }];
      return change([{ cluster: name, action: 'change', object: `Node ${node.metadata.name}`, fields }], warnings);
    },
    async foresee() {
      const fields = [{ path: `metadata.labels.${GATEWAY_LABEL}`, to: 'gateway' }];
      return { changes: [{ cluster: name, action: 'change', object: gateway.node === AUTO ? 'a Node' : `Node ${gateway.node}`, fields }] };
    },
    async byHand(context) {
      const choice = await chooseGateway(context.cluster(name), cluster);
      if ('code' in choice) throw new ProblemError(choice);
      const label = bash`run ${kubectl(fleet, name)} label node ${choice.node.metadata.name} ${`${GATEWAY_LABEL}=gateway`} --overwrite`;
      return { does: [label], awaits: [] };
    },
    async apply(context) {
      const choice = await chooseGateway(context.cluster(name), cluster);
      if ('code' in choice) throw new ProblemError(choice);
      if (choice.labelled) return;
      const { metadata } = choice.node;
      await context
        .cluster(name)
        .merge(
          { ...NODE, name: metadata.name },
          LABELLED,
          metadata.resourceVersion === undefined ? {} : { resourceVersion: metadata.resourceVersion },
        );
    },
    async verify(context): Promise<Verdict> {
      const choice = await chooseGateway(context.cluster(name), cluster);
      if ('code' in choice) return { healthy: false, waitingFor: plainText(choice.what), problem: choice };
      const { node, labelled } = choice;
      if (labelled) return healthy(`node ${node.metadata.name} is labelled and can serve`);
      return {
        healthy: false,
        waitingFor: `the gateway label on a node of ${name}`,
        problem: {
          code: 'PGD-032',
          what: told`no node of ${name} that can serve has the gateway label`,
          evidence: [`${node.metadata.name} could serve and is not labelled ${GATEWAY_LABEL}=gateway`],
          ...byDeploy(told`Deploy again: pgdist labels node ${node.metadata.name}.`),
        },
      };
    },
  };
};
