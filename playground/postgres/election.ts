interface ElectionSeen {
  readonly leader: string;
  /** Replicas of the database. */
  readonly voters: number;
  readonly running: readonly { readonly pod: string; readonly cluster: string }[];
  link(fromCluster: string, toCluster: string): boolean | Promise<boolean>;
  /** Bytes of WAL that the pod holds. */
  position(pod: string): Promise<bigint>;
}

/**
 * The pod that a majority without a leader elects, undefined when there is no such majority: pods that run, see each other and do not see the leader.
 * The one with the most WAL wins, the lowest pod name among equals.
 */
export const chooseLeader = async ({ leader, voters, running, link, position }: ElectionSeen): Promise<string | undefined> => {
  const home = running.find(({ pod }) => pod === leader)?.cluster;
  const sees = async (from: string, to: string): Promise<boolean> => from === to || ((await link(from, to)) && link(to, from));
  const orphans: { pod: string; cluster: string }[] = [];
  for (const member of running) if (member.pod !== leader && (home === undefined || !(await sees(member.cluster, home)))) orphans.push(member);
  for (const { cluster } of orphans) {
    const group: string[] = [];
    for (const other of orphans) if (await sees(cluster, other.cluster)) group.push(other.pod);
    if (group.length * 2 <= voters) continue;
    const positions = await Promise.all(group.toSorted().map(async (pod) => ({ pod, at: await position(pod) })));
    return positions.reduce((best, next) => (next.at > best.at ? next : best)).pod;
  }
  return undefined;
};
