import { expect, test } from 'vitest';
import { schedulingRemedy } from '../../../src/steps/kube/scheduling-remedy.ts';
import { plainText } from '../../../src/domain/text.ts';

/** As kube-scheduler 1.35 says them. */
test.each([
  ['0/1 nodes are available: persistentvolumeclaim "data-postgres-1" not found. preemption: …', 'makes a lost claim again'],
  ['0/1 nodes are available: persistentvolumeclaim "data-postgres-1" is being deleted.', 'on its way out'],
  ['0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.', 'provisioner must run'],
  ['0/3 nodes are available: 1 node(s) had volume node affinity conflict, 2 Insufficient cpu.', 'belongs to another node'],
  ['0/1 nodes are available: 1 node(s) were unschedulable.', 'uncordon it'],
  ['0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/unreachable: }.', 'Take the taint off'],
  ['0/3 nodes are available: 3 Insufficient memory.', 'Make room on osaka'],
  ['0/3 nodes are available: 3 Too many pods.', 'Make room on osaka'],
  ["0/1 nodes are available: 1 node(s) didn't match pod anti-affinity rules.", 'a node of its own'],
  ["0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", 'the scheduler names above'],
])('what gives a pod a node fits what the scheduler says: %s', (words, remedy) => {
  expect(plainText(schedulingRemedy(words, 'osaka').remedy)).toContain(remedy);
});
