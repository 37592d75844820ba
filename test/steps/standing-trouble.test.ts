import { expect, test } from 'vitest';
import { withStandingTrouble } from '../../src/steps/standing-trouble.ts';

test('a wait names the trouble that does not pass by waiting, and no other', () => {
  const creating = 'pod kubedb-0, container operator: ContainerCreating';
  const pull = 'pod kubedb-1, container operator: ImagePullBackOff';
  expect(withStandingTrouble('StatefulSet kubedb: 0 of 2 ready', [creating, pull])).toBe(`StatefulSet kubedb: 0 of 2 ready; ${pull}`);
  expect(withStandingTrouble('StatefulSet kubedb: 0 of 2 ready', [creating])).toBe('StatefulSet kubedb: 0 of 2 ready');
  expect(withStandingTrouble('a', [`pod b: ErrImagePull (${'x'.repeat(500)})`])).toHaveLength('a; '.length + 161);
});
