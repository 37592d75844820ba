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
  const all = distinctOn(cluster, declared);
  // Thousands are declared in a large fleet, of few kinds.
  const alike = Map.groupBy(all, ({ right }) => kindOf(right));
  const widest = all.filter(({ right, text }) => !alike.get(kindOf(right))!.some((other) => other.text !== text && holds(other.right, right)));
  return [...Map.groupBy(widest, ({ text }) => text).values()].map((same) => {
    const { right } = same.find(({ right: { installer } }) => installer === undefined) ?? same[0]!;
    const by = new Map<string, number>();
    for (const one of alike.get(kindOf(right))!)
      if (holds(right, one.right)) for (const [who, at] of one.by) by.set(who, Math.min(at, by.get(who) ?? Infinity));
    return { ...right, neededBy: [...by].toSorted(([, one], [, other]) => one - other).map(([who]) => who) };
  });
};

interface Distinct {
  readonly right: Right;
  readonly text: string;
  /** Who needs it, by the place at which that is declared first. */
  readonly by: Map<string, number>;
}

const distinctOn = (cluster: string, declared: Parameters<typeof neededOn>[1]): readonly Distinct[] => {
  const found = new Map<string, Distinct>();
  let at = 0;
  for (const { by, rights } of declared)
    for (const right of rights) {
      if (right.cluster !== cluster) continue;
      const text = rightText(right);
      const key = right.installer === true ? `${text} (installer)` : text;
      const known = found.get(key) ?? { right, text, by: new Map<string, number>() };
      found.set(key, known);
      if (!known.by.has(by)) known.by.set(by, at);
      at += 1;
    }
  return [...found.values()];
};

const kindOf = ({ verb, group, resource, subresource = '' }: Right): string => `${verb} ${resource}.${group}/${subresource}`;

/** A wider right that installers alone need must not take the place of a narrow one that is always needed. */
const holds = (wide: Right, narrow: Right): boolean => isWider(wide, narrow) && (wide.installer === undefined || narrow.installer === true);

const isWider = (wide: Right, narrow: Right): boolean =>
  wide.verb === narrow.verb &&
  wide.group === narrow.group &&
  wide.resource === narrow.resource &&
  wide.subresource === narrow.subresource &&
  (wide.namespace === undefined || wide.namespace === narrow.namespace) &&
  (wide.name === undefined || wide.name === narrow.name);
