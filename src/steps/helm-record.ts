import { told } from '../domain/text.ts';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { ProblemError } from '../domain/problem.ts';
import { jsonOrNothing } from '../kube-api/bounded-json.ts';
import type { ClusterReader } from '../ports/cluster.ts';
import { text } from './kube/lenient.ts';

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
/** A status of Helm’s release records. */
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

/** Reads the newest revision from Secret sh.helm.release.v1.NAME.vN; undefined when there is no release. Throws ProblemError PGD-085 for one that Helm did not write. */
export const readHelmRecord = async (cluster: ClusterReader, release: string, namespace: string): Promise<HelmRecord | undefined> => {
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector: `owner=helm,name=${release}` });
  const revisionOf = (secret: (typeof items)[number]): number => Number(secret.metadata.name.slice(secret.metadata.name.lastIndexOf('.v') + 2));
  const newest = items.toSorted((a, b) => revisionOf(b) - revisionOf(a))[0];
  if (newest === undefined) return undefined;
  const record = await decodeHelmRecord(newest);
  if (record === undefined) throw new ProblemError(unreadable(cluster.name, release, namespace, newest.metadata.name));
  const ours = Object.entries(RELEASE_LABELS).every(([key, value]) => newest.metadata.labels?.[key] === value);
  return { ...record, ours };
};

/** Bytes of an unpacked record. Packed it fits into a Secret (1 MiB), and charts are packed to a fifth or an eighth; gzip itself could hold a thousandfold. */
const RECORD_BYTES = 16 * 2 ** 20;
const unpack = promisify(gunzip);

/** Helm stores gzip in base64, which the Secret puts in base64 again. undefined for what Helm did not write. */
const decodeHelmRecord = async (secret: unknown): Promise<Omit<HelmRecord, 'ours'> | undefined> => {
  const found = secretSchema.safeParse(secret).data?.data.release;
  if (found === undefined) return undefined;
  const packed = Buffer.from(Buffer.from(found, 'base64').toString('ascii'), 'base64');
  const json = await unpack(packed, { maxOutputLength: RECORD_BYTES }).catch(() => undefined);
  const parsed = recordSchema.safeParse(json === undefined ? undefined : jsonOrNothing(json.toString('utf8')));
  if (!parsed.success) return undefined;
  const { version, info, chart, config } = parsed.data;
  return {
    revision: version,
    status: info.status,
    chart: chart.metadata.name,
    version: chart.metadata.version,
    config: config ?? {},
    description: info.description,
  };
};

const unreadable = (cluster: string, release: string, namespace: string, secret: string) => ({
  code: 'PGD-085' as const,
  what: told`the record of Helm release ${release} on ${cluster} cannot be read`,
  evidence: [`Secret ${namespace}/${secret} on ${cluster} holds no record of Helm, or one of more than ${RECORD_BYTES / 2 ** 20} MiB`],
  remedy: told`Look at the release with helm history ${release} --namespace ${namespace}; remove the Secret if Helm did not write it, then plan again.`,
});

/** 'v2026.1.15' and '2026.1.15' name one version. */
export const sameVersion = (a: string, b: string): boolean => a.replace(/^v/, '') === b.replace(/^v/, '');
