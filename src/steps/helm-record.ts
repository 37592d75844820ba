import { gunzipSync } from 'node:zlib';
import { z } from 'zod';
import { ProblemError } from '../domain/problem.ts';
import { told } from '../domain/text.ts';
import type { ClusterReader } from '../ports/cluster.ts';
import { text } from './kube/lenient.ts';
import { readAs } from './kube/read.ts';

/** Put on the Secrets of releases that pgdist installs (`helm --labels`): the one sign by which a release counts as ours. */
export const RELEASE_LABELS = { 'app.kubernetes.io/managed-by': 'pgdist' } as const;

/** Statuses of Helm's release records. */
const STATUSES = [
  'unknown',
  'deployed',
  'uninstalled',
  'superseded',
  'failed',
  'uninstalling',
  'pending-install',
  'pending-upgrade',
  'pending-rollback',
] as const;
/** A status of Helm’s release records. Exported for tests. */
export type HelmStatus = (typeof STATUSES)[number];

/** Newest revision of a Helm release as its Secret tells it. `config` may hold secrets: compare it, never show it. */
export interface HelmRecord {
  readonly revision: number;
  readonly status: HelmStatus;
  readonly chart: string;
  /** Of the chart, as its Chart.yaml spells it. */
  readonly version: string;
  /** Values given by whoever installed it, without the chart's defaults. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Installed by pgdist. */
  readonly ours: boolean;
  /** Helm's own sentence about the last operation; may quote the API server. */
  readonly description: string;
}

const recordSchema = z.object({
  version: z.number().int(),
  info: z.object({ status: z.enum(STATUSES).catch('unknown'), description: text }),
  chart: z.object({ metadata: z.object({ name: z.string(), version: z.string() }) }),
  config: z.record(z.string(), z.unknown()).nullish(),
});
const secretSchema = z.object({ data: z.object({ release: z.base64() }) });

/** Reads the newest revision from Secret sh.helm.release.v1.NAME.vN; undefined when there is no release. Throws ProblemError PGD-085 when it cannot be read. */
export const readHelmRecord = async (cluster: ClusterReader, release: string, namespace: string): Promise<HelmRecord | undefined> => {
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector: `owner=helm,name=${release}` });
  const revisionOf = (secret: (typeof items)[number]): number => Number(secret.metadata.name.slice(secret.metadata.name.lastIndexOf('.v') + 2));
  const newest = items.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
  if (newest === undefined) return undefined;
  const record = decodeHelmRecord(readAs(secretSchema, newest, cluster.name).data.release);
  if (record === undefined)
    throw new ProblemError({
      code: 'PGD-085',
      what: told`the record of Helm release ${release} of ${cluster.name} cannot be read`,
      evidence: [`Secret ${namespace}/${newest.metadata.name} holds no release as Helm 3 and 4 store it`],
      remedy: told`See what helm history ${release} -n ${namespace} says on ${cluster.name}: delete the Secret if it is broken, or install the release anew.`,
    });
  const ours = Object.entries(RELEASE_LABELS).every(([key, value]) => newest.metadata.labels?.[key] === value);
  return { ...record, ours };
};

/** Helm stores gzip in base64, which the Secret puts in base64 again; undefined where that is not what it holds. */
const decodeHelmRecord = (data: string): Omit<HelmRecord, 'ours'> | undefined => {
  const { success, data: record } = recordSchema.safeParse(unpacked(data));
  if (!success) return undefined;
  const { version, info, chart, config } = record;
  return {
    revision: version,
    status: info.status,
    chart: chart.metadata.name,
    version: chart.metadata.version,
    config: config ?? {},
    description: info.description,
  };
};

/** The longest record that is unpacked, bytes: a Secret holds 1 MiB, which packs some ten times as much. */
const LONGEST_RECORD = 64 * 1024 * 1024;

const unpacked = (data: string): unknown => {
  const packed = Buffer.from(Buffer.from(data, 'base64').toString('ascii'), 'base64');
  try {
    return JSON.parse(gunzipSync(packed, { maxOutputLength: LONGEST_RECORD }).toString('utf8'));
  } catch {
    return undefined;
  }
};

/** 'v2026.1.15' and '2026.1.15' name one version. */
export const sameVersion = (a: string, b: string): boolean => a.replace(/^v/, '') === b.replace(/^v/, '');
