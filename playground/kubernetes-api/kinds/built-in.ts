import { builtInSchema } from '../schema/built-in.ts';
import { defaultsOf } from './defaults.ts';
import { columnsOf } from '../tables/built-in.ts';
import type { ResourceType } from './resource-type.ts';

interface Declaration {
  readonly kind: string;
  readonly plural: string;
  readonly model?: string;
  readonly version?: string;
  readonly clusterScoped?: true;
  readonly short?: readonly string[];
  readonly status?: true;
  readonly scale?: true;
  readonly virtual?: true;
  readonly all?: true;
  readonly connects?: readonly string[];
}

const GROUPS: Readonly<Record<string, readonly Declaration[]>> = {
  '': [
    { kind: 'Namespace', plural: 'namespaces', clusterScoped: true, short: ['ns'], status: true, connects: ['finalize'] },
    { kind: 'Node', plural: 'nodes', clusterScoped: true, short: ['no'], status: true },
    { kind: 'PersistentVolume', plural: 'persistentvolumes', clusterScoped: true, short: ['pv'], status: true },
    { kind: 'PersistentVolumeClaim', plural: 'persistentvolumeclaims', short: ['pvc'], status: true },
    {
      kind: 'Pod',
      plural: 'pods',
      short: ['po'],
      status: true,
      all: true,
      connects: ['attach', 'binding', 'eviction', 'exec', 'log', 'portforward'],
    },
    { kind: 'Service', plural: 'services', short: ['svc'], status: true, all: true },
    { kind: 'ServiceAccount', plural: 'serviceaccounts', short: ['sa'], connects: ['token'] },
    { kind: 'ConfigMap', plural: 'configmaps', short: ['cm'] },
    { kind: 'Secret', plural: 'secrets' },
    { kind: 'Endpoints', plural: 'endpoints', short: ['ep'] },
    { kind: 'Event', plural: 'events', model: 'CoreV1Event', short: ['ev'] },
    { kind: 'ResourceQuota', plural: 'resourcequotas', short: ['quota'], status: true },
    { kind: 'LimitRange', plural: 'limitranges', short: ['limits'] },
    { kind: 'PodTemplate', plural: 'podtemplates' },
  ],
  'apiregistration.k8s.io': [{ kind: 'APIService', plural: 'apiservices', clusterScoped: true, status: true }],
  apps: [
    { kind: 'ControllerRevision', plural: 'controllerrevisions' },
    { kind: 'DaemonSet', plural: 'daemonsets', short: ['ds'], status: true, all: true },
    { kind: 'Deployment', plural: 'deployments', short: ['deploy'], status: true, scale: true, all: true },
    { kind: 'ReplicaSet', plural: 'replicasets', short: ['rs'], status: true, scale: true, all: true },
    { kind: 'StatefulSet', plural: 'statefulsets', short: ['sts'], status: true, scale: true, all: true },
  ],
  'authentication.k8s.io': [
    { kind: 'SelfSubjectReview', plural: 'selfsubjectreviews', clusterScoped: true, virtual: true },
    { kind: 'TokenReview', plural: 'tokenreviews', clusterScoped: true, virtual: true },
  ],
  'authorization.k8s.io': [
    { kind: 'SelfSubjectAccessReview', plural: 'selfsubjectaccessreviews', clusterScoped: true, virtual: true },
    { kind: 'SelfSubjectRulesReview', plural: 'selfsubjectrulesreviews', clusterScoped: true, virtual: true },
    { kind: 'SubjectAccessReview', plural: 'subjectaccessreviews', clusterScoped: true, virtual: true },
  ],
  autoscaling: [
    {
      kind: 'HorizontalPodAutoscaler',
      plural: 'horizontalpodautoscalers',
      version: 'v2',
      model: 'V2HorizontalPodAutoscaler',
      short: ['hpa'],
      status: true,
      all: true,
    },
  ],
  batch: [
    { kind: 'CronJob', plural: 'cronjobs', short: ['cj'], status: true, all: true },
    { kind: 'Job', plural: 'jobs', status: true, all: true },
  ],
  'certificates.k8s.io': [
    {
      kind: 'CertificateSigningRequest',
      plural: 'certificatesigningrequests',
      clusterScoped: true,
      short: ['csr'],
      status: true,
      connects: ['approval'],
    },
  ],
  'networking.k8s.io': [
    { kind: 'Ingress', plural: 'ingresses', short: ['ing'], status: true },
    { kind: 'IngressClass', plural: 'ingressclasses', clusterScoped: true },
    { kind: 'NetworkPolicy', plural: 'networkpolicies', short: ['netpol'] },
  ],
  policy: [{ kind: 'PodDisruptionBudget', plural: 'poddisruptionbudgets', short: ['pdb'], status: true }],
  'rbac.authorization.k8s.io': [
    { kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', clusterScoped: true },
    { kind: 'ClusterRole', plural: 'clusterroles', clusterScoped: true },
    { kind: 'RoleBinding', plural: 'rolebindings' },
    { kind: 'Role', plural: 'roles' },
  ],
  'storage.k8s.io': [
    { kind: 'StorageClass', plural: 'storageclasses', clusterScoped: true, short: ['sc'] },
    { kind: 'CSIDriver', plural: 'csidrivers', clusterScoped: true },
  ],
  'admissionregistration.k8s.io': [
    { kind: 'MutatingWebhookConfiguration', plural: 'mutatingwebhookconfigurations', clusterScoped: true },
    { kind: 'ValidatingWebhookConfiguration', plural: 'validatingwebhookconfigurations', clusterScoped: true },
  ],
  'apiextensions.k8s.io': [
    { kind: 'CustomResourceDefinition', plural: 'customresourcedefinitions', clusterScoped: true, short: ['crd', 'crds'], status: true },
  ],
  'scheduling.k8s.io': [{ kind: 'PriorityClass', plural: 'priorityclasses', clusterScoped: true, short: ['pc'] }],
  'coordination.k8s.io': [{ kind: 'Lease', plural: 'leases' }],
  'discovery.k8s.io': [{ kind: 'EndpointSlice', plural: 'endpointslices' }],
};

const typeOf = (group: string, declaration: Declaration): ResourceType => {
  const { kind, plural, version = 'v1', model = `V1${kind}` } = declaration;
  const defaults = defaultsOf(kind);
  return {
    group,
    plural,
    singular: kind.toLowerCase(),
    kind,
    listKind: `${kind}List`,
    namespaced: declaration.clusterScoped !== true,
    shortNames: declaration.short ?? [],
    categories: declaration.all === true ? ['all'] : [],
    versions: [
      {
        name: version,
        schema: builtInSchema(model),
        columns: columnsOf(kind),
        status: declaration.status === true,
        scale:
          declaration.scale === true ? { specReplicas: '.spec.replicas', statusReplicas: '.status.replicas', selector: '.spec.selector' } : undefined,
        selectableFields: [],
      },
    ],
    storageVersion: version,
    custom: false,
    virtual: declaration.virtual === true,
    connects: declaration.connects ?? [],
    ...(defaults === undefined ? {} : { defaults }),
  };
};

/** Resources that every cluster serves, in the order in which discovery lists their groups. */
export const builtInTypes = (): ResourceType[] =>
  Object.entries(GROUPS).flatMap(([group, declarations]) => declarations.map((declaration) => typeOf(group, declaration)));
