/** 'ConfigMap kube-system/coredns' */
export const objectName = (object: { kind: string; metadata: { name: string; namespace?: string } }): string =>
  `${object.kind} ${object.metadata.namespace === undefined ? '' : `${object.metadata.namespace}/`}${object.metadata.name}`;
