import type { Mutable, OperatorClient } from '../../control/kit.ts';
import { startAdmissionServer, type Admission, type AdmissionRequest } from './admission-server.ts';
import { defaultPostgres } from './default-postgres.ts';
import { MUTATING, PETSET_OPERATOR, VALIDATING, WEBHOOK_SERVER } from './kinds.ts';
import { refusePetSet } from './validate-pet-set.ts';
import { refusePlacement } from './validate-placement.ts';
import { refusePostgres } from './validate-postgres.ts';

interface Webhook {
  readonly name: string;
  readonly kind: typeof MUTATING;
  /** Workload whose pods answer it. */
  readonly server: typeof PETSET_OPERATOR;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly operations: readonly string[];
  review(hub: OperatorClient, request: AdmissionRequest): Promise<Admission>;
}

const unless = (refusal: string | undefined): Admission => (refusal === undefined ? { allowed: true } : { allowed: false, message: refusal });

const WEBHOOKS: readonly Webhook[] = [
  {
    name: 'postgreswebhook.mutators.kubedb.com',
    kind: MUTATING,
    server: WEBHOOK_SERVER,
    group: 'kubedb.com',
    version: 'v1',
    resource: 'postgreses',
    operations: ['CREATE', 'UPDATE'],
    review: async (_hub, { object }) => ({ allowed: true, spec: defaultPostgres(object?.spec) }),
  },
  {
    name: 'postgreswebhook.validators.kubedb.com',
    kind: VALIDATING,
    server: WEBHOOK_SERVER,
    group: 'kubedb.com',
    version: 'v1',
    resource: 'postgreses',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    review: async (hub, request) => unless(await refusePostgres(hub, request)),
  },
  {
    name: 'placementpolicy.validators.apps.k8s.appscode.com',
    kind: VALIDATING,
    server: PETSET_OPERATOR,
    group: 'apps.k8s.appscode.com',
    version: 'v1',
    resource: 'placementpolicies',
    operations: ['CREATE', 'UPDATE'],
    review: async (hub, request) => unless(await refusePlacement(hub, request)),
  },
  {
    name: 'petset.validators.apps.k8s.appscode.com',
    kind: VALIDATING,
    server: PETSET_OPERATOR,
    group: 'apps.k8s.appscode.com',
    version: 'v1',
    resource: 'petsets',
    operations: ['CREATE', 'UPDATE'],
    review: async (hub, request) => unless(await refusePetSet(hub, request)),
  },
];

/** Serves KubeDB's webhooks while the pods that hold them are ready; registered with their workload, with failurePolicy Fail, and gone with it. */
export const startWebhooks = async (hub: OperatorClient, signal: AbortSignal, onError: (error: unknown) => void, address?: string): Promise<void> => {
  const ready = new Map<string, boolean>();
  const byPath = new Map(WEBHOOKS.map((webhook) => [`/${webhook.name}`, webhook]));
  const server = await startAdmissionServer(
    async (path, request) => (await byPath.get(path)?.review(hub, request)) ?? { allowed: true },
    (path) => ready.get(byPath.get(path)?.server.name ?? '') === true,
    address,
  );
  const register = async ({ name, kind, group, version, resource, operations }: Webhook): Promise<void> => {
    await hub.apply({
      ...kind,
      metadata: { name },
      webhooks: [
        {
          name,
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Fail',
          timeoutSeconds: 10,
          clientConfig: { url: server.url(`/${name}`), caBundle: server.caBundle },
          rules: [{ apiGroups: [group], apiVersions: [version], operations, resources: [resource] }],
        },
      ],
    });
  };
  const follow = (workload: typeof PETSET_OPERATOR): Promise<void> => {
    const { name, ...query } = workload;
    const mine = WEBHOOKS.filter((webhook) => webhook.server.name === name);
    return hub.control(
      { ...query, fieldSelector: `metadata.name=${name}` },
      async ({ status }: Mutable) => {
        ready.set(name, Number(status?.readyReplicas ?? 0) > 0);
        for (const webhook of mine) await register(webhook);
      },
      {
        signal,
        onError,
        gone: async () => {
          ready.set(name, false);
          for (const webhook of mine) await hub.delete({ ...webhook.kind, name: webhook.name });
        },
      },
    );
  };
  try {
    await Promise.all([follow(WEBHOOK_SERVER), follow(PETSET_OPERATOR)]);
  } finally {
    await server.close();
  }
};
