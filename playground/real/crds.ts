import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import { z } from 'zod';
import { watchCollection } from '../../src/kube-api/watch.ts';
import type { OperatorClient } from '../control/kit.ts';

const PATH = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';
const ESTABLISHED_MS = 30_000;

interface FullCrd {
  readonly name: string;
  /** As in the file. */
  readonly text: string;
}

const head = z.object({ kind: z.literal('CustomResourceDefinition'), metadata: z.object({ name: z.string() }) });

/**
 * Every CustomResourceDefinition in the YAML files below a folder; other objects are passed over. The text stays as it is, for the API server reads
 * YAML as kubectl does: some generators' descriptions are refused by strict parsers.
 */
export const readCrds = async (folder: string): Promise<readonly FullCrd[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && /\.ya?ml$/.test(entry.name)).map((entry) => join(entry.parentPath, entry.name));
  const texts = await Promise.all(files.toSorted().map((file) => readFile(file, 'utf8')));
  const crds = texts
    .flatMap((text) => text.split(/^---.*$/m))
    .flatMap((text) => {
      const read = head.safeParse(parseDocument(text, { logLevel: 'silent' }).toJS());
      return read.success ? [{ name: read.data.metadata.name, text }] : [];
    });
  if (crds.length === 0) throw new Error(`${folder} has no CustomResourceDefinition`);
  return crds;
};

/** What a cluster has that is not the hub: OCM's agent and KubeSlice's worker. */
const OF_SPOKES = [
  'klusterlets.operator.open-cluster-management.io',
  'appliedmanifestworks.work.open-cluster-management.io',
  'clusterclaims.cluster.open-cluster-management.io',
];
export const belongsOnSpokes = ({ name }: FullCrd): boolean => OF_SPOKES.includes(name) || name.endsWith('.networking.kubeslice.io');

/** Applies CRDs over what is there and waits until they are served. */
export const applyFullCrds = async ({ api, cluster }: OperatorClient, crds: readonly FullCrd[]): Promise<void> => {
  for (const { name, text } of crds)
    await api.json('PATCH', `${PATH}/${name}`, {
      body: text,
      type: 'application/apply-patch+yaml',
      query: { fieldManager: 'pgdist-tests', force: 'true' },
    });
  const missing = new Set(crds.map(({ name }) => name));
  const signal = AbortSignal.timeout(ESTABLISHED_MS);
  for await (const seen of watchCollection(api, PATH, { signal })) {
    for (const { metadata, status } of seen.type === 'LIST' ? seen.items : [seen.object]) if (isEstablished(status)) missing.delete(metadata.name);
    if (missing.size === 0) return;
  }
  throw new Error(`${cluster} does not serve ${[...missing].join(', ')} ${ESTABLISHED_MS / 1000} s after it was applied`);
};

/** In the first milliseconds the list is null. */
const isEstablished = (status: unknown): boolean => {
  const { conditions } = (status ?? {}) as { conditions?: { type: string; status: string }[] | null };
  return (conditions ?? []).some(({ type, status: is }) => type === 'Established' && is === 'True');
};

/** Takes the CRDs out of charts (a folder with a folder for each) that the cluster has: helm, which applies them, would be refused or change them. Exported for tests. */
export const leaveOutOfCharts = async (charts: string, { list }: OperatorClient): Promise<void> => {
  const served = await list({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' });
  const names = new Set(served.map(({ metadata }) => metadata.name));
  for (const chart of await readdir(charts)) {
    const folder = join(charts, chart, 'crds');
    for (const file of await readdir(folder)) {
      const { metadata } = head.parse(parseDocument(await readFile(join(folder, file), 'utf8')).toJS());
      if (names.has(metadata.name)) await rm(join(folder, file));
    }
  }
};
