import { paragraph, type ProblemPage } from './page.ts';

/** Before anything is changed. */
export const PREFLIGHT = {
  'PGD-010': {
    title: 'Kubernetes version too old',
    meaning: paragraph`The charts of KubeSlice v2026.1.15 and KubeDB v2026.2.26 need 1.28 (\`kubeVersion\`); 1.26, which older guides name, is refused by
      helm.`,
    looksAt: paragraph`\`gitVersion\` of the API server.`,
    remedy: paragraph`upgrade the cluster.`,
  },
  'PGD-011': {
    title: 'nodes too small',
    meaning: paragraph`No node of the cluster takes pods. Nodes below 4 vCPU and 16 GB are only a warning.`,
    looksAt: paragraph`the Ready condition, cordons and taints of every node, and its capacity.`,
    remedy: paragraph`bring a node to Ready, uncordon it, or take its taint away.`,
  },
  'PGD-012': {
    title: 'storage class missing',
    meaning: paragraph`The class that pgdist.yaml names does not exist on the cluster, or it names none and the cluster has no default class.`,
    looksAt: paragraph`StorageClasses and the annotation \`storageclass.kubernetes.io/is-default-class\`.`,
    remedy: paragraph`set \`clusters[].storageClass\` to one of those that the message lists, or install a provisioner.`,
  },
  'PGD-013': {
    title: 'a needed tool is missing or says nothing',
    meaning: paragraph`helm or clusteradm is not on the PATH of the worker, does not run there, or did not answer within 10 s: then nothing is known of it.`,
    looksAt: paragraph`the version that each tool prints.`,
    remedy: paragraph`install it where the worker runs, or use pgdist's image, which brings both.`,
  },
  'PGD-014': {
    title: 'placement of replicas is wrong',
    meaning: paragraph`An index is missing, doubled or on a cluster that the fleet or the slice does not have; or an index would move to another cluster,
      which KubeDB never does.`,
    looksAt: paragraph`\`databases[].placement\`, the PlacementPolicy on the hub and the members of the slice.`,
    remedy: paragraph`every index from 0 once, each on a cluster of the fleet. Keep the indices that exist where they are and add new ones elsewhere.`,
  },
  'PGD-015': {
    title: 'slice subnet overlaps a network in use',
    meaning: paragraph`Packets for pods, services or nodes would be routed into the tunnel.`,
    looksAt: paragraph`pod networks and addresses of nodes, ServiceCIDRs, and addresses of single Services and pods, on every cluster.`,
    remedy: paragraph`choose another private /16 as \`kubeslice.slice.subnet\`. KubeSlice never changes it once the slice exists.`,
  },
  'PGD-016': {
    title: 'name too long or not allowed',
    meaning: paragraph`KubeSlice builds the names of its Services and Deployments from those of slice, project and clusters, and some do not fit into the 63
      characters that Kubernetes allows.`,
    looksAt: paragraph`the names in pgdist.yaml.`,
    remedy: paragraph`shorten the slice's name first: clusters that are joined cannot be renamed.`,
  },
  'PGD-017': {
    title: 'hub address cannot be reached by spokes',
    meaning: paragraph`Agents on the spokes talk to the hub at \`hub.apiServer\`. Before the plan: the address means the machine itself or is known inside
      one cluster only. During a join: the agent says that it cannot connect, or that the hub's certificate does not name this address.`,
    looksAt: paragraph`the address itself, then at Klusterlet's condition \`HubConnectionDegraded\`, which quotes the agent's own network error.`,
    remedy: paragraph`from a pod of the spoke, try \`nc -vz HOST PORT\`. Open the firewall, add the DNS name, or set an address that pods reach and that the
      hub's certificate lists. The kubeconfig's address often works for people only. Then Retry; an agent that is joined already connects by
      itself.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
