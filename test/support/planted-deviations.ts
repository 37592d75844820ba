import { operatorClient, type Connection } from '../../playground/control/kit.ts';
import type { ProcedureOf } from '../../src/domain/procedure.ts';
import type { Manifest } from '../../src/kube-api/objects.ts';
import type { ClusterClient } from '../../src/ports/cluster.ts';
import type { ApplyContext, Procedure, Step } from '../../src/steps/context.ts';

/** What a step does beside what its plan tells, and what a check has to say of it. */
export interface Deviation {
  /** First part of the step's id. */
  readonly step: string;
  readonly what: string;
  readonly found: RegExp;
  apply(step: Step, context: ApplyContext, elsewhere: (cluster: string) => Connection): Promise<void>;
}

/** Each manifest that the step applies, changed on its way. */
const sending =
  (change: (manifest: any) => unknown): Deviation['apply'] =>
  (step, context) => {
    const changed = (manifest: Manifest): Manifest => {
      const copy = structuredClone(manifest);
      change(copy);
      return copy;
    };
    return step.apply(withClient(context, (client) => ({ ...client, apply: (manifest) => client.apply(changed(manifest)) })));
  };

const withClient = (context: ApplyContext, around: (client: ClusterClient) => ClusterClient): ApplyContext => ({
  ...context,
  cluster: (name) => around(context.cluster(name)),
});

/** The step, and then something else, which a worker of few rights may be refused: that it was sent is enough. */
const andThen =
  (more: (client: ClusterClient) => Promise<unknown>): Deviation['apply'] =>
  async (step, context) => {
    await step.apply(context);
    await more(context.cluster(step.cluster)).catch(() => undefined);
  };

const configMap = (name: string) => ({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' } });

export const DEVIATIONS: readonly Deviation[] = [
  {
    step: 'preflight/fleet-claimed',
    what: 'an object that no plan tells',
    found: /apply ConfigMap default\/untold on hub was not told/,
    apply: andThen((client) => client.apply({ ...configMap('untold'), data: { a: 'b' } })),
  },
  {
    step: 'kubeslice/cluster-registered',
    what: 'a deletion that no plan tells',
    found: /ConfigMap default\/untold on hub: is deleted, told was nothing/,
    apply: andThen((client) => client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'untold' })),
  },
  {
    step: 'kubedb/placement-policy',
    what: 'a label more on an object that is told',
    found: /PlacementPolicy .*metadata\.labels\.more became "label"/,
    apply: sending((manifest) => (manifest.metadata.labels = { ...manifest.metadata.labels, more: 'label' })),
  },
  {
    step: 'kubeslice/project-ready',
    what: 'an annotation more',
    found: /Project .*metadata\.annotations\.more became "annotation"/,
    apply: sending((manifest) => (manifest.metadata.annotations = { ...manifest.metadata.annotations, more: 'annotation' })),
  },
  {
    step: 'kubeslice/slice-configured',
    what: 'another value than was told',
    found: /SliceConfig .*spec\.rotationInterval became 59, told was/,
    apply: sending((manifest) => (manifest.spec.rotationInterval = 59)),
  },
  {
    step: 'postgres/database-created',
    what: 'a field that was told and is not written',
    found: /Postgres demo\/postgres on hub: spec\.deletionPolicy was told .* and not written/,
    apply: sending((manifest) => {
      delete manifest.spec.deletionPolicy;
      manifest.metadata.finalizers = ['example.com/kept'];
    }),
  },
  {
    step: 'postgres/database-created',
    what: 'a finalizer that was not told',
    found: /Postgres demo\/postgres.*metadata\.finalizers became/,
    apply: (step, context) => step.apply(context),
  },
  {
    step: 'kubeslice/gateway-labelled',
    what: 'a write of a subresource',
    found: /Node .*: status\.nodeInfo\.machineID became "another"/,
    apply: andThen(async (client) => {
      const { items } = await client.list({ apiVersion: 'v1', kind: 'Node' });
      const ref = { apiVersion: 'v1', kind: 'Node', name: items[0]!.metadata.name };
      await client.merge(ref, { status: { nodeInfo: { machineID: 'another' } } }, { subresource: 'status' });
    }),
  },
  {
    step: 'kubeslice/controller-installed',
    what: 'a value of a chart that was not told',
    found: /Helm release kubeslice-controller on hub: more became "value"/,
    apply: (step, context) =>
      step.apply({
        ...context,
        helm: {
          ...context.helm,
          upgrade: (upgrade, options) => context.helm.upgrade({ ...upgrade, values: { ...upgrade.values, more: 'value' } }, options),
        },
      }),
  },
  {
    step: 'kubedb/operator-installed',
    what: 'marks of a release that were not told',
    found: /Helm release kubedb on hub: runs helm .*more=label/,
    apply: (step, context) =>
      step.apply({
        ...context,
        helm: {
          ...context.helm,
          upgrade: (upgrade, options) => context.helm.upgrade({ ...upgrade, labels: { ...upgrade.labels, more: 'label' } }, options),
        },
      }),
  },
  {
    step: 'ocm/spoke-joined',
    what: 'a value of a join that was not told',
    found: /Klusterlet klusterlet on hub: more became "value"/,
    apply: (step, context) =>
      step.apply({
        ...context,
        clusteradm: {
          ...context.clusteradm,
          join: (join, options) => context.clusteradm.join({ ...join, klusterletValues: { ...join.klusterletValues, more: 'value' } }, options),
        },
      }),
  },
  {
    step: 'coredns/slice-names-forwarded',
    what: 'more of a Corefile than its block',
    found: /ConfigMap kube-system\/coredns: more than its block changed/,
    apply: (step, context) =>
      step.apply(
        withClient(context, (client) => ({
          ...client,
          merge: (ref, patch, options) =>
            client.merge(
              ref,
              ref.kind === 'ConfigMap' ? { ...patch, data: { Corefile: `${(patch['data'] as any).Corefile}# more\n` } } : patch,
              options,
            ),
        })),
      ),
  },
  {
    step: 'ocm/hub-initialised',
    what: 'a write that goes past the client of the step',
    found: /PATCH configmaps\/past is no write that a step made/,
    async apply(step, context, elsewhere) {
      await step.apply(context);
      const past = operatorClient(elsewhere(step.cluster), 'pgdist');
      try {
        await past.apply({ ...configMap('past'), data: { a: 'b' } });
      } finally {
        await past.close();
      }
    },
  },
  {
    step: 'ocm/spoke-accepted',
    what: 'a command in a pod',
    found: /a pod was told touch \/tmp\/untold/,
    apply: andThen(async (client) => {
      const { items } = await client.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'kube-system' });
      const pod = items.find(({ metadata }) => metadata.name.startsWith('coredns-'))!.metadata.name;
      await client.exec({ namespace: 'kube-system', pod, container: 'coredns' }, ['touch', '/tmp/untold']);
    }),
  },
];

/** The procedure with all of them planted. `elsewhere`: a way to a cluster that no step has. */
export const withDeviations = (procedure: Procedure, elsewhere: (cluster: string) => Connection): Procedure => planted(procedure, elsewhere);

const planted = (node: ProcedureOf<Step>, elsewhere: (cluster: string) => Connection): ProcedureOf<Step> => {
  if (node.kind !== 'step') return { ...node, children: node.children.map((child) => planted(child, elsewhere)) };
  const deviation = DEVIATIONS.find(({ step }) => node.step.id.split('@')[0] === step);
  if (deviation === undefined) return node;
  return { ...node, step: { ...node.step, apply: (context) => deviation.apply(node.step, context, elsewhere) } };
};
