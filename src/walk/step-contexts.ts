import type { ClusterReader } from '../ports/cluster.ts';
import type { ApplyContext, Step, StepContext } from '../steps/context.ts';
import type { ApplyScope } from './apply-scope.ts';
import type { WalkTools } from './tools.ts';

/** What check and verify get; the clients come from clients/. */
export const stepContext = (tools: WalkTools, cluster: (name: string) => ClusterReader): StepContext => ({
  fleet: tools.fleet,
  installation: tools.installation,
  clock: tools.clock,
  signal: tools.signal,
  cluster,
  licence: () => tools.licence(),
  toolVersion: (tool) => tools.toolVersion(tool, tools.signal),
});

/** What apply gets. */
export const applyContext = (step: Step, { tools, clients, progress }: ApplyScope): ApplyContext => ({
  ...stepContext(tools, clients.writing),
  runId: tools.runId,
  cluster: clients.writing,
  afterCancel: clients.afterCancel,
  helm: clients.helm,
  clusteradm: clients.clusteradm,
  progress: (text) => progress.waiting(step.id, text),
});
