import { gzipSync } from 'node:zlib';
import type { Manifest } from '../../src/kube-api/objects.ts';
import { RELEASE_LABELS, type HelmRecord } from '../../src/steps/helm-record.ts';

/** The Secret in which Helm keeps one revision of a release. */
export const helmSecret = (release: {
  readonly name: string;
  readonly namespace: string;
  readonly revision: number;
  readonly status: HelmRecord['status'];
  readonly version: string;
  readonly config: Readonly<Record<string, unknown>>;
  readonly ours: boolean;
}): Manifest => {
  const { name, namespace, revision, status, version, config, ours } = release;
  const record = { name, namespace, version: revision, info: { status, description: '' }, chart: { metadata: { name, version } }, config };
  const packed = gzipSync(JSON.stringify(record)).toString('base64');
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: `sh.helm.release.v1.${name}.v${revision}`,
      namespace,
      labels: { owner: 'helm', name, status, version: String(revision), ...(ours ? RELEASE_LABELS : {}) },
    },
    type: 'helm.sh/release.v1',
    data: { release: Buffer.from(packed).toString('base64') },
  };
};
