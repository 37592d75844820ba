import { paragraph, type ProblemPage } from './page.ts';

/** KubeSlice. */
export const KUBESLICE = {
  'PGD-027': {
    title: "keys of the slice's gateways have ended",
    meaning: paragraph`KubeSlice makes new keys for all gateways of a slice by itself, every 30 days as a rule. Here they ended and no others were made: a gateway
      that restarts may not connect again.`,
    looksAt: paragraph`VpnKeyRotation of the slice on the hub, and at the Jobs \`open-cert-…\` that make keys, with their pods. A day ahead of time
      it is told as worth a look.`,
    remedy: paragraph`remove what keeps the Jobs (an image that cannot be pulled, as a rule), and see that KubeSlice's controller runs.`,
  },
  'PGD-030': {
    title: 'KubeSlice controller is not healthy',
    meaning: paragraph`The Helm release is not deployed, its pod does not run, its webhook does not answer, or spokes lack the rights that it hands out.`,
    looksAt: paragraph`the release's own Secret, the Deployment and its pods, a dry run through the webhook, and ManifestWorkReplicaSet \`kubeslice-agent\`.`,
    remedy: paragraph`OOMKilled needs more than the chart's 128Mi. A webhook that does not answer: the hub's API server must reach pods on port 9443; with
      \`x509\` in the evidence, wait two minutes: each helm upgrade makes a new certificate, which the controller reads later. An agent that
      is applied on too few clusters: look at those clusters first.`,
  },
  'PGD-031': {
    title: 'KubeSlice project is not ready',
    meaning: paragraph`The controller did not make the project's namespace and accounts.`,
    looksAt: paragraph`the Project and namespace \`kubeslice-PROJECT\`.`,
    remedy: paragraph`read the log of \`kubeslice-controller-manager\`.`,
  },
  'PGD-032': {
    title: 'gateway node cannot be chosen',
    meaning: paragraph`KubeSlice's gateway tolerates no taint and needs a node with the label \`kubeslice.io/node-type=gateway\`.`,
    looksAt: paragraph`taints, cordons and readiness of nodes, and at labels that are there already.`,
    remedy: paragraph`free a node, or name one as \`clusters[].gateway.node\`.`,
  },
  'PGD-033': {
    title: 'KubeSlice cluster registration is incomplete',
    meaning: paragraph`The Cluster exists on the hub and its Secret with the worker's credentials does not.`,
    looksAt: paragraph`the Cluster and its Secret. With \`interface: auto\` a pod of a few seconds has asked the gateway node for its interface before; where
      its image could not be pulled that is a warning, not this problem, and another \`probeImage\` in pgdist.yaml has it asked again.`,
    remedy: paragraph`read the log of KubeSlice's controller on the hub: it makes that Secret within seconds.`,
  },
  'PGD-034': {
    title: 'KubeSlice worker is not rendered for its cluster',
    meaning: paragraph`The hub has no rendering of it, the spoke's work agent has not taken it up, or it lost the render race: rendered before OCM had told
      the add-on which cluster it is for, its pods run and do nothing for ever.`,
    looksAt: paragraph`the cluster's name in the hub's ManifestWork and in the operator on the spoke, and at what the work agent says of that operator. The
      work's own condition Applied says nothing: its Jobs cannot be applied again, so that it turns False although all is well.`,
    remedy: paragraph`deploy again: pgdist removes what was rendered wrongly, and has OCM apply the work anew by changing a label of it. It keeps the race
      from happening by stopping KubeSlice's controller for seconds while add-ons are made, if the controller is its own.`,
  },
  'PGD-035': {
    title: 'KubeSlice worker is not healthy',
    meaning: paragraph`It did not register with the hub, or one of its components is not well.`,
    looksAt: paragraph`the hub's Cluster (\`registrationStatus\`, component health, their age) and at the worker on the spoke, at pods that the API server
      refuses too: while \`webhook.networkservicemesh.io\` does not answer, none is created there.`,
    remedy: paragraph`look at pods of \`kubeslice-system\` on that cluster. \`nsmgr\` and \`forwarder-kernel\` fail on low inotify and kernel limits.`,
  },
  'PGD-036': {
    title: 'slice configuration was refused',
    meaning: paragraph`KubeSlice's webhook refuses it, or a slice of that name exists with settings that never change (subnet, number of clusters, type).`,
    looksAt: paragraph`the webhook's words, the SliceConfig as it is, and the WorkerSliceConfigs of every cluster.`,
    remedy: paragraph`set pgdist.yaml to what the slice has, or name another slice.`,
  },
  'PGD-037': {
    title: 'tunnel between clusters is down',
    meaning: paragraph`Slice and add-ons may both say that they are well: only packets count.`,
    looksAt: paragraph`the SliceGateway on each side: tunnel state, packet loss, and the name of the peer's pod, which was fetched through the tunnel and so
      proves it. Without gateways it looks at the Jobs that make their certificates, and at their pods.`,
    remedy: paragraph`open UDP 30000-33000 towards the gateway node of the first cluster of the two. If the port is open, compare the addresses that the
      gateways use with those that reach the nodes (NAT). WireGuard needs its kernel module on both.`,
  },
  'PGD-038': {
    title: 'the router of the slice does not run',
    meaning: paragraph`Gateways carry packets between clusters, the router carries them between a gateway and the pods of its cluster: the tunnel can be up
      and no pod reaches another cluster.`,
    looksAt: paragraph`Deployment \`vl3-slice-router-SLICE\` in \`kubeslice-system\` of both clusters of a pair.`,
    remedy: paragraph`scale it up, or mend what keeps its pod away; then restart the database pods of that cluster whose connection does not come back.`,
  },
  'PGD-039': {
    title: 'work agents lack their rights on the slice',
    meaning: paragraph`KubeSlice's chart spreads a ClusterRole to every spoke, by which OCM's work agent may write ServiceExports. Without it names of the
      database do not reach the slice.`,
    looksAt: paragraph`ManifestWorkReplicaSet \`kubeslice-agent\` on the hub, the ClusterRole on each spoke, and the work between them.`,
    remedy: paragraph`see that the spoke is accepted and Available in OCM. If the set itself is gone, install the release again.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
