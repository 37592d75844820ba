import { paragraph, type ProblemPage } from './page.ts';

/** Open Cluster Management. */
export const OCM = {
  'PGD-020': {
    title: 'OCM hub is not healthy',
    meaning: paragraph`\`clusteradm init\` failed, or a part of the hub does not come up.`,
    looksAt: paragraph`ClusterManager's conditions, the feature gate ManifestWorkReplicaSet, the Deployments of \`open-cluster-management-hub\`, and the
      kinds served.`,
    remedy: paragraph`follow the pod that the message names: image pulls and too little memory are usual. Webhooks that time out mean that the API server
      does not reach pods of the hub.`,
  },
  'PGD-021': {
    title: 'spoke did not join',
    meaning: paragraph`The agent was installed and the hub does not know the cluster.`,
    looksAt: paragraph`the Klusterlet, \`HubConnectionDegraded\`, and the ManagedCluster on the hub.`,
    remedy: paragraph`read the log of \`klusterlet-registration-agent\` in \`open-cluster-management-agent\` of the spoke. An unknown authority means a CA
      in the worker's kubeconfig that is not the hub's; a clock more than five minutes off makes every certificate invalid.`,
  },
  'PGD-022': {
    title: 'spoke is registered under another name or hub',
    meaning: paragraph`A cluster joined twice would leave its first registration behind, looking healthy.`,
    looksAt: paragraph`\`Klusterlet.spec.clusterName\` and at the ManagedCluster of that name.`,
    remedy: paragraph`name the cluster in pgdist.yaml as it is registered, or detach it first (\`clusteradm unjoin\`). Delete a ManagedCluster on the hub
      only if its cluster is gone.`,
  },
  'PGD-023': {
    title: 'spoke was not accepted',
    meaning: paragraph`The hub knows the cluster and does not let it in, or the cluster is not available after that.`,
    looksAt: paragraph`all certificate requests in the name of this spoke (pending, denied, approved and not signed), the conditions of the ManagedCluster,
      its lease, and the agent on the spoke itself. It approves for 7 minutes: an agent that was joined anew asks 163 s after its restart,
      or later.`,
    remedy: paragraph`if somebody denied the cluster on purpose, pgdist does not overrule them: set \`hubAcceptsClient\` to true yourself. A request that is
      approved and stays without a certificate means a hub that does not sign client certificates (EKS).`,
  },
  'PGD-024': {
    title: 'work agent does not run with the wanted settings',
    meaning: paragraph`KubeDB reads the state of pods through the feature gate RawFeedbackJsonString; without it the database never gets Ready, and nothing
      else says why.`,
    looksAt: paragraph`the gates of the Klusterlet, at the arguments of the agent that really runs, and at whether its pod holds Lease \`work-agent-lock\`.`,
    remedy: paragraph`wait for the agent's rollout (a new one waits up to 163 s for the lease of the old one), or look at its pods.`,
  },
  'PGD-025': {
    title: 'a certificate request in the name of a spoke was not made by its agent',
    meaning: paragraph`Whoever holds a join token can ask the hub for a certificate in any cluster's name, with any group: approved, it would make its holder
      that cluster, or an administrator of the hub.`,
    looksAt: paragraph`every field of the request: signer, usages, life, requester, organisations and common name of the subject, extensions, and at the join
      token that lies on the spoke. The evidence names what is odd.`,
    remedy: paragraph`find out who made it before anything else, deny it (\`kubectl certificate deny\`), and delete what leaked the token. A cluster that
      was joined with a bootstrap token of your own making is approved by you: \`kubectl certificate approve\`, after a look at it.`,
  },
  'PGD-026': {
    title: "the certificate of a spoke's agent has ended",
    meaning: paragraph`OCM's agent asks the hub for its next certificate by itself when a fifth of the life of the one in use is left. Where that failed until
      the end, the hub does not let it in any more, and neither does the token of its join, which lives for minutes.`,
    looksAt: paragraph`the certificate in Secret \`open-cluster-management-agent/hub-kubeconfig-secret\` of the spoke, and condition
      \`ClusterCertificateRotated\` of its ManagedCluster, which tells why no other was made. Ahead of time the same is told as worth a look.`,
    remedy: paragraph`deploy: the cluster is joined again under its name, and the request of its agent approved. If requests piled up on the hub (ten of one
      cluster, and its agent asks no more), delete the old ones first.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
