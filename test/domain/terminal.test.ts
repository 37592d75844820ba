import { expect, test } from 'vitest';
import { helmIn, kubectlIn, kubectlOn, psqlIn, typedAs } from '../../src/domain/terminal.ts';
import { testFleet } from '../support/fleet.ts';

const [first] = testFleet.clusters;
const fleet = { clusters: [{ ...first!, name: 'tokyo', context: 'arn:aws:eks:eu-west-1:1234:cluster/tokyo' }] };

test('a line goes to the context that leads to its cluster, and to its namespace', () => {
  expect(typedAs(kubectlIn('tokyo', 'demo', 'get pods'), fleet)).toBe('kubectl --context arn:aws:eks:eu-west-1:1234:cluster/tokyo -n demo get pods');
  expect(typedAs(kubectlOn('tokyo', 'get nodes'), fleet)).toBe('kubectl --context arn:aws:eks:eu-west-1:1234:cluster/tokyo get nodes');
  expect(typedAs(helmIn('tokyo', 'kubedb', 'history kubedb'), fleet)).toBe(
    'helm --kube-context arn:aws:eks:eu-west-1:1234:cluster/tokyo -n kubedb history kubedb',
  );
});

test('a cluster that the configuration no longer has is called by its name', () => {
  expect(typedAs(kubectlOn('osaka', 'get nodes'), fleet)).toBe('kubectl --context osaka get nodes');
});

test('what a shell would read otherwise is quoted', () => {
  const odd = { clusters: [{ ...first!, name: 'tokyo', context: "it's; rm -rf $HOME" }] };
  expect(typedAs(kubectlOn('tokyo', 'get nodes'), odd)).toBe(String.raw`kubectl --context 'it'\''s; rm -rf $HOME' get nodes`);
  expect(typedAs(psqlIn('tokyo', 'demo', 'postgres-1', "SELECT 'a b'"), fleet)).toContain(
    String.raw`-n demo exec postgres-1 -c postgres -- psql -U postgres -c 'SELECT '\''a b'\'''`,
  );
});

test('what is given on standard input is whole, and ends', () => {
  expect(typedAs({ ...kubectlOn('tokyo', 'apply -f -'), input: 'kind: Namespace\n' }, fleet)).toMatch(/apply -f - <<'EOF'\nkind: Namespace\nEOF$/);
});
