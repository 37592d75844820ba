import { expect, test } from 'vitest';
import { labelledOtherwise } from '../../src/domain/role-labels.ts';
import type { PodReport, PrimaryReport, ServerReport } from '../../src/domain/replication-report.ts';

const server = (inRecovery: boolean) => ({ inRecovery }) as ServerReport;
const primary = (role?: string): PrimaryReport => ({
  pod: 'postgres-0',
  cluster: 'tokyo',
  answer: server(false),
  ...(role === undefined ? {} : { role }),
});
const standby = (role?: string): PodReport => ({
  pod: 'postgres-1',
  cluster: 'osaka',
  answer: server(true),
  ...(role === undefined ? {} : { role }),
});

test.each<[string, PrimaryReport, PodReport, readonly string[]]>([
  ['labels that fit the servers', primary('primary'), standby('standby'), []],
  ['labels that nobody writes', primary(), standby(), []],
  ['a standby without a label', primary('primary'), standby(), []],
  ['a standby that nobody could ask', primary('primary'), { pod: 'postgres-1', cluster: 'osaka', role: 'primary' }, []],
  [
    'labels of before a failover',
    primary('standby'),
    standby('primary'),
    [
      'postgres-0 on tokyo is the primary, and its label kubedb.com/role is standby',
      'postgres-1 on osaka is a standby, and its label kubedb.com/role is primary',
    ],
  ],
  ['a primary that lost its label', primary(), standby('standby'), ['postgres-0 on tokyo is the primary, and its label kubedb.com/role is not set']],
  [
    'two pods that are labelled primary',
    primary('primary'),
    standby('primary'),
    ['postgres-1 on osaka is a standby, and its label kubedb.com/role is primary'],
  ],
])('where the Services lead is told by the servers and not by the labels: %s', (_, first, other, evidence) => {
  expect(labelledOtherwise('demo/postgres', 'demo', first, [first, other]).flatMap((problem) => problem.evidence)).toEqual(evidence);
});
