import type { Mutable } from '../../../control/kit.ts';
import type { AdmissionRequest, FieldError } from '../admission-server.ts';
import { CLUSTER, SERVICE_EXPORT_CONFIG, SLICE_CONFIG, WORKER_SLICE_CONFIG } from '../kinds.ts';
import { overlaps, rangeOf } from './subnets.ts';
import type { Admission, Validator } from './validator.ts';

type Spec = Record<string, any>;

/** Rules of the SliceConfig webhook; the first broken one is told. */
export const validateSliceConfig: Validator = async (request, admission) => {
  if (request.operation === 'DELETE') return deletion(request, admission);
  const object = request.object as Mutable;
  if (object.metadata.deletionTimestamp !== undefined) return undefined;
  const namespace = request.namespace ?? '';
  if (!namespace.startsWith(`${admission.projectPrefix}-`) || namespace === `${admission.projectPrefix}-controller`)
    return invalid('metadata.namespace', namespace, 'SliceConfig must be applied on project namespace');
  const spec = object.spec as Spec;
  const before = request.oldObject?.['spec'] as Spec | undefined;
  return (
    (before === undefined ? undefined : immutable(spec, before)) ??
    subnet(spec) ??
    (await clusters(namespace, spec, before, admission)) ??
    gatewayProvider(spec, before) ??
    qos(spec) ??
    (await namespaces(object, spec, admission))
  );
};

const invalid = (field: string, value: unknown, message: string): FieldError => ({ type: 'Invalid value', field, value, message });
const required = (field: string, message: string): FieldError => ({ type: 'Required value', field, message });

const immutable = (spec: Spec, before: Spec): FieldError | undefined => {
  if (spec.sliceSubnet !== before.sliceSubnet) return invalid('spec.sliceSubnet', spec.sliceSubnet, 'cannot be updated');
  if (spec.maxClusters !== before.maxClusters) return invalid('spec.maxClusters', spec.maxClusters, 'MaxClusterCount cannot be updated.');
  if (spec.sliceType !== before.sliceType) return invalid('spec.sliceType', spec.sliceType, 'cannot be updated');
  if (spec.sliceIpamType !== before.sliceIpamType) return invalid('spec.sliceIpamType', spec.sliceIpamType, 'cannot be updated');
  if (spec.vpnConfig?.cipher !== before.vpnConfig?.cipher) return invalid('spec.vpnConfig.cipher', spec.vpnConfig?.cipher, 'cannot be updated');
  return undefined;
};

const subnet = ({ sliceSubnet }: Spec): FieldError | undefined => {
  const field = 'spec.sliceSubnet';
  if (sliceSubnet === undefined || sliceSubnet === '') return required(field, 'SliceSubnet is required for slice config');
  const isPrivate = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'].some((range) => overlaps(range, sliceSubnet));
  if (rangeOf(sliceSubnet) === undefined || !isPrivate) return invalid(field, sliceSubnet, 'must be a private subnet');
  if (!sliceSubnet.endsWith('/16')) return invalid(field, sliceSubnet, 'prefix must be 16');
  if (!sliceSubnet.endsWith('.0.0/16')) return invalid(field, sliceSubnet, 'third and fourth octets must be 0');
  return undefined;
};

const clusters = async (namespace: string, spec: Spec, before: Spec | undefined, { hub }: Admission): Promise<FieldError | undefined> => {
  const names: string[] = spec.clusters ?? [];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) return { type: 'Duplicate value', field: 'Spec.Clusters', message: JSON.stringify(twice) };
  if (names.length > (spec.maxClusters ?? 16))
    return invalid('spec.clusters', names, 'participating clusters cannot be greater than MaxClusterCount');
  for (const name of names) {
    const status = (await hub.get({ ...CLUSTER, namespace, name }))?.status;
    const field = 'spec.clusters';
    if (status === undefined) return invalid(field, name, 'cluster is not registered');
    if (before !== undefined && (before.clusters ?? []).includes(name)) continue;
    if (status.registrationStatus !== 'Registered')
      return invalid(field, name, 'cluster registration is not completed. Possible cause: Slice Operator installation is pending on the cluster.');
    if (status.clusterHealth?.clusterHealthStatus !== 'Normal') return invalid(field, name, 'cluster health is not normal');
    if ((status.nodeIPs ?? []).length === 0)
      return { type: 'Internal error', field, message: `Autodetected node IPs are not available for cluster ${name}` };
    if (status.networkPresent !== true) return invalid('status.networkPresent', name, 'cluster network is not present');
    const overlapping = ((status.cniSubnet ?? []) as string[]).find((cni) => overlaps(cni, spec.sliceSubnet));
    if (overlapping !== undefined)
      return invalid('spec.sliceSubnet', spec.sliceSubnet, `must not overlap with CniSubnet ${overlapping} of cluster ${name}`);
  }
  return undefined;
};

const gatewayProvider = (spec: Spec, before: Spec | undefined): FieldError | undefined => {
  const provider = spec.sliceGatewayProvider;
  if (provider === undefined) return required('spec.sliceGatewayProvider', 'SliceGatewayProvider is required for slice config');
  for (const field of ['sliceGatewayType', 'sliceCaType'])
    if (before !== undefined && provider[field] !== before.sliceGatewayProvider?.[field])
      return invalid(`spec.sliceGatewayProvider.${field}`, provider[field], 'cannot be updated');
  const unknown = (provider.sliceGatewayServiceType ?? []).find(
    ({ cluster }: { cluster: string }) => cluster !== '*' && !(spec.clusters ?? []).includes(cluster),
  );
  if (unknown !== undefined)
    return invalid('spec.sliceGatewayProvider.sliceGatewayServiceType', unknown.cluster, 'Cluster is not participating in slice config');
  return undefined;
};

const qos = ({ qosProfileDetails: details, standardQosProfileName: name }: Spec): FieldError | undefined => {
  if (details === undefined && (name === undefined || name === ''))
    return required('spec.qosProfileDetails', 'Either StandardQosProfileName or QosProfileDetails is required');
  if (details !== undefined && name !== undefined && name !== '')
    return invalid('spec.standardQosProfileName', name, 'StandardQosProfileName cannot be set when QosProfileDetails is set');
  if (details !== undefined && details.bandwidthGuaranteedKbps > details.bandwidthCeilingKbps)
    return invalid(
      'spec.qosProfileDetails.bandwidthGuaranteedKbps',
      details.bandwidthGuaranteedKbps,
      'BandwidthGuaranteedKbps cannot be greater than BandwidthCeilingKbps',
    );
  return undefined;
};

const namespaces = async (object: Mutable, spec: Spec, { hub }: Admission): Promise<FieldError | undefined> => {
  const field = 'spec.namespaceIsolationProfile.applicationNamespaces';
  const entries: { namespace: string; clusters?: string[] }[] = spec.namespaceIsolationProfile?.applicationNamespaces ?? [];
  const others = (await hub.list({ ...SLICE_CONFIG, namespace: object.metadata.namespace ?? '' })).filter(
    ({ metadata }) => metadata.name !== object.metadata.name,
  );
  for (const [index, { namespace, clusters: on = [] }] of entries.entries()) {
    if (!/^[a-zA-Z0-9-]+$/.test(namespace)) return invalid(field, namespace, 'Namespaces cannot contain special characteres');
    if (entries.findIndex((entry) => entry.namespace === namespace) !== index)
      return { type: 'Duplicate value', field, message: JSON.stringify(namespace) };
    if (on.length === 0) return required(`${field}.clusters`, 'clusters is required');
    if (on.includes('*') && on.length > 1) return invalid(`${field}.clusters`, on, 'Other clusters are not allowed when * is present');
    const stranger = on.find((cluster) => cluster !== '*' && !(spec.clusters ?? []).includes(cluster));
    if (stranger !== undefined) return invalid(`${field}.clusters`, stranger, 'Cluster is not participating in slice config');
    const owner = others.find((other) =>
      ((other.spec?.namespaceIsolationProfile?.applicationNamespaces ?? []) as { namespace: string }[]).some(
        (entry) => entry.namespace === namespace,
      ),
    );
    if (owner !== undefined)
      return invalid(field, namespace, `The given namespace: ${namespace} is already acquired by other slice: ${owner.metadata.name}`);
  }
  return undefined;
};

const deletion = async ({ name, namespace = '' }: AdmissionRequest, { hub }: Admission): Promise<FieldError | undefined> => {
  const configs = await hub.list({ ...WORKER_SLICE_CONFIG, namespace, labelSelector: `original-slice-name=${name}` });
  if (configs.some(({ spec }) => (spec?.namespaceIsolationProfile?.applicationNamespaces ?? []).length > 0))
    return { type: 'Forbidden', field: 'Field: ApplicationNamespaces', message: 'Please deboard the namespaces before deletion of slice.' };
  if (configs.some(({ status }) => (status?.onboardedAppNamespaces ?? []).length > 0))
    return {
      type: 'Internal error',
      field: 'Field: OnboardedAppNamespaces',
      message: 'Deboarding of namespaces is in progress, please try after some time.',
    };
  const exports = await hub.list({ ...SERVICE_EXPORT_CONFIG, namespace });
  if (exports.some(({ spec }) => spec?.sliceName === name))
    return {
      type: 'Forbidden',
      field: 'Field: ServiceExportConfig',
      message: 'The SliceConfig can only be deleted after all the service export configs are deleted for the slice.',
    };
  return undefined;
};
