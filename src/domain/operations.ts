import { byTyping, type Remedy } from './problem.ts';
import type { TerminalLine } from './terminal.ts';
import type { Text } from './text.ts';

interface Operation {
  readonly hub: string;
  readonly namespace: string;
  readonly database: string;
  /** Of PostgresOpsRequest: ReconnectStandby, VolumeExpansion … */
  readonly type: string;
  /** Further fields of its spec, as YAML. */
  readonly fields?: string;
}

/** Has KubeDB do something to a database: the whole request, which is made on the hub. */
export const operationLine = ({ hub, namespace, database, type, fields = '' }: Operation): TerminalLine => ({
  tool: 'kubectl',
  cluster: hub,
  namespace,
  line: 'create -f -',
  input: [
    'apiVersion: ops.kubedb.com/v1alpha1',
    'kind: PostgresOpsRequest',
    'metadata:',
    `  generateName: ${database}-${type.toLowerCase()}-`,
    `  namespace: ${namespace}`,
    'spec:',
    `  type: ${type}`,
    '  databaseRef:',
    `    name: ${database}`,
    ...fields.split('\n').flatMap((line) => (line.trim() === '' ? [] : [`  ${line}`])),
    '',
  ].join('\n'),
});

/** Copies every standby anew that does not stream; taken only while the database is Critical. */
export const rebuilding = (sentence: Text, of: Pick<Operation, 'hub' | 'namespace' | 'database'>): Remedy =>
  byTyping(sentence, operationLine({ ...of, type: 'ReconnectStandby', fields: 'apply: Always' }));
