import { change, healthy, inPlace } from '../../src/domain/finding.ts';
import type { Step } from '../../src/steps/context.ts';
import { told } from '../../src/domain/text.ts';
import { applying, reading, rightsTo } from '../../src/steps/rights.ts';

export interface ConfigMapStepOptions {
  readonly cluster?: string;
  readonly verifyTimeoutMs?: number;
  /** verify wants data.ready, which somebody else has to set. */
  readonly waitsForReady?: boolean;
}

/** A small step over the port: one ConfigMap. What a step does is real; only what it is about is small. */
export const configMapStep = (
  name: string,
  { cluster = 'tokyo', verifyTimeoutMs = 60_000, waitsForReady = false }: ConfigMapStepOptions = {},
): Step => {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name };
  return {
    id: `test/${name}`,
    title: `${name} is there`,
    stage: 'Test',
    cluster,
    verifyTimeoutMs,
    rights: rightsTo('keep a ConfigMap', cluster, reading(ref), applying(ref)),
    async check(context) {
      const found = await context.cluster(cluster).read(ref);
      if (found !== undefined) return inPlace(`ConfigMap ${name} is there`);
      return change([{ cluster, action: 'create', object: `ConfigMap test/${name}`, fields: [] }]);
    },
    async apply(context) {
      await context.cluster(cluster).apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'test' } });
    },
    async verify(context) {
      const found = await context.cluster(cluster).read(ref);
      const data = found?.['data'] as Readonly<Record<string, string>> | undefined;
      if (found !== undefined && (!waitsForReady || data?.['ready'] === 'yes')) return healthy(`ConfigMap ${name} is there`);
      const waitingFor = found === undefined ? `ConfigMap ${name} is missing` : `data.ready is ${data?.['ready'] ?? 'absent'}`;
      return {
        healthy: false,
        waitingFor,
        problem: { code: 'PGD-090', what: told`${name} did not get ready`, evidence: [waitingFor], remedy: told`Wait.` },
      };
    },
  };
};
