import { expect, test } from 'vitest';
import { UNHEARD } from '../../../src/domain/explanations.ts';
import { problemsOf } from '../../../src/walk/problems-of.ts';
import { clusterUnderTest, configMap } from './cluster-under-test.ts';

const SETTINGS = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'settings' } as const;
const POD = { namespace: 'default', pod: 'p' };

const CALLS = {
  'a read': (cluster: Cluster) => cluster.read(SETTINGS),
  'a list': (cluster: Cluster) => cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default' }),
  'a question for a kind': (cluster: Cluster) => cluster.serves({ apiVersion: 'apps/v1', kind: 'Deployment' }),
  'a version': (cluster: Cluster) => cluster.version(),
  'a dry run': (cluster: Cluster) => cluster.diff(configMap({ a: '1' })),
  'a command in a pod': (cluster: Cluster) => cluster.exec(POD, ['psql']),
} as const;
type Cluster = Awaited<ReturnType<typeof clusterUnderTest>>['cluster'];

/** A login page, a portal's "not found": none of them knows what is in the cluster, or who may what there. */
test.each((['200', '401', '403', '404'] as const).flatMap((code) => Object.keys(CALLS).map((call) => ({ code, call: call as keyof typeof CALLS }))))(
  'a page of a proxy (HTTP $code) in the place of the answer to $call says nothing of what is there',
  async ({ code, call }) => {
    const { api, cluster } = await clusterUnderTest();
    api.faults.order({ kind: 'page', code: Number(code) as 200 }, () => true);
    const error = await CALLS[call](cluster).then(
      (answer) => ({ answer }),
      (caught: unknown) => caught,
    );
    const problems = problemsOf(error, { title: 'a fact', cluster: 'tokyo' }, { underWay: false });
    const silent: readonly string[] = [...UNHEARD, 'PGD-089'];
    expect(
      problems?.map((problem) => (silent.includes(problem.code) ? 'silent' : problem)),
      String(error),
    ).toEqual(['silent']);
  },
);
