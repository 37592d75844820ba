/** One thing that pgdist's user has to be allowed on one cluster, in the terms of Kubernetes' RBAC. */
export interface Right {
  /** Name in the fleet. */
  readonly cluster: string;
  readonly verb: string;
  /** '' is the core group. */
  readonly group: string;
  /** Plural: 'deployments'. */
  readonly resource: string;
  readonly subresource?: string;
  /** undefined: in all namespaces, or no namespaced resource. */
  readonly namespace?: string;
  /** undefined: whatever the name. */
  readonly name?: string;
  /** Completes 'needed to …'. */
  readonly why: string;
  /** Needed by an installer alone (helm, clusteradm): not where people install that product by hand. */
  readonly installer?: true;
}

/** 'create pods/exec in namespace demo', 'patch nodes', 'patch configmaps coredns in namespace kube-system' */
export const rightText = ({ verb, group, resource, subresource, namespace, name }: Omit<Right, 'cluster' | 'why' | 'installer'>): string =>
  [
    `${verb} ${resource}${group === '' ? '' : `.${group}`}${subresource === undefined ? '' : `/${subresource}`}`,
    ...(name === undefined ? [] : [name]),
    ...(namespace === undefined ? [] : [`in namespace ${namespace}`]),
  ].join(' ');

/** A right together with those who need it. */
export interface NeededRight extends Right {
  /** Ids of steps, or what else needs it. */
  readonly neededBy: readonly string[];
}

/** Each distinct right of a cluster once, in the order in which they are first needed; one that a wider one holds goes with it. */
export const neededOn = (cluster: string, declared: readonly { readonly by: string; readonly rights: readonly Right[] }[]): NeededRight[] => {
  const all = declared.flatMap(({ by, rights }) => rights.filter((right) => right.cluster === cluster).map((right) => ({ by, right })));
  // A wider right that installers alone need must not take the place of a narrow one that is always needed.
  const holds = (wide: Right, narrow: Right): boolean => isWider(wide, narrow) && (wide.installer === undefined || narrow.installer === true);
  const widest = all.filter(({ right }) => !all.some(({ right: other }) => holds(other, right) && rightText(other) !== rightText(right)));
  return [...Map.groupBy(widest, ({ right }) => rightText(right)).values()].map((same) => {
    const { right } = same.find(({ right: { installer } }) => installer === undefined) ?? same[0]!;
    return { ...right, neededBy: [...new Set(all.filter((one) => holds(right, one.right)).map(({ by }) => by))] };
  });
};

const isWider = (wide: Right, narrow: Right): boolean =>
  wide.verb === narrow.verb &&
  wide.group === narrow.group &&
  wide.resource === narrow.resource &&
  wide.subresource === narrow.subresource &&
  (wide.namespace === undefined || wide.namespace === narrow.namespace) &&
  (wide.name === undefined || wide.name === narrow.name);
