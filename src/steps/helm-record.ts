import { told } from '../domain/text.ts';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { byTyping, ProblemError } from '../domain/problem.ts';
import { helmIn } from '../domain/terminal.ts';
import { jsonOrNothing } from '../kube-api/bounded-json.ts';
import type { KubeObject } from '../kube-api/objects.ts';
import { ClusterRefusedError } from '../ports/cluster-errors.ts';
import type { ClusterReader } from '../ports/cluster.ts';
import { cut } from '../domain/cut.ts';
import { byLetters } from '../domain/words.ts';
import { text } from './kube/lenient.ts';
import { unlessLeaving } from './kube/read.ts';

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
type HelmStatus = (typeof STATUSES)[number];

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

/**
 * Reads the newest revision from Secret sh.helm.release.v1.NAME.vN; undefined when there is no release. Throws ProblemError PGD-085 for one that cannot be
 * read, PGD-048 for a release that is kept where pgdist's helm does not look, LeavingError for a record that is being deleted.
 */
export const readHelmRecord = async (cluster: ClusterReader, release: string, namespace: string): Promise<HelmRecord | undefined> => {
  const labelSelector = `owner=helm,name=${release}`;
  const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Secret', namespace, labelSelector });
  const newest = items.toSorted((a, b) => revisionOf(b) - revisionOf(a) || byLetters(a.metadata.name, b.metadata.name))[0];
  if (newest === undefined) {
    const first = await recordElsewhere(cluster, namespace, labelSelector);
    if (first !== undefined) throw new ProblemError(elsewhere(cluster.name, release, namespace, first.metadata.name));
    return undefined;
  }
  unlessLeaving(newest, cluster.name);
  const record = await decodeHelmRecord(newest);
  if (typeof record === 'string') throw new ProblemError(unreadable(cluster.name, release, namespace, { secret: newest.metadata.name, why: record }));
  const ours = Object.entries(RELEASE_LABELS).every(([key, value]) => newest.metadata.labels?.[key] === value);
  return { ...record, ours };
};

/** Who may not look there installs nothing either: then helm is not run. */
const recordElsewhere = async (cluster: ClusterReader, namespace: string, labelSelector: string): Promise<KubeObject | undefined> => {
  try {
    return (await cluster.list({ apiVersion: 'v1', kind: 'ConfigMap', namespace, labelSelector, metadataOnly: true })).items[0];
  } catch (error) {
    if (error instanceof ClusterRefusedError && error.reason === 'Forbidden') return undefined;
    throw error;
  }
};

/** Of a Secret's name, which Helm itself goes by; -1 for a name that Helm did not give. */
const revisionOf = ({ metadata: { name } }: KubeObject): number => Number(/\.v(\d{1,15})$/.exec(name)?.[1] ?? -1);

/** Bytes of an unpacked record. Packed it fits into a Secret (1 MiB), and charts are packed to a fifth or an eighth; gzip itself could hold a thousandfold. */
const RECORD_BYTES = 16 * 2 ** 20;
const unpack = promisify(gunzip);

/** Of the Secrets in which Helm 3 and 4 keep their records; a later form would have another one. */
const SECRET_TYPE = 'helm.sh/release.v1';
const GZIP = Buffer.from([0x1f, 0x8b]);

/** Helm stores gzip in base64, which the Secret puts in base64 again; records of its first versions are not packed. A sentence for what cannot be read. */
const decodeHelmRecord = async (secret: KubeObject): Promise<Omit<HelmRecord, 'ours'> | string> => {
  const { type } = secret;
  if (type !== undefined && type !== null && type !== SECRET_TYPE) return `its type is ${cut(JSON.stringify(type), 60)}, Helm's is ${SECRET_TYPE}`;
  const found = secretSchema.safeParse(secret).data?.data.release;
  if (found === undefined) return 'it holds no record of Helm';
  const stored = Buffer.from(Buffer.from(found, 'base64').toString('ascii'), 'base64');
  const packed = stored.subarray(0, GZIP.length).equals(GZIP);
  const json = packed ? await unpack(stored, { maxOutputLength: RECORD_BYTES }).catch(() => undefined) : stored;
  if (json === undefined) return `its record is damaged, or of more than ${RECORD_BYTES / 2 ** 20} MiB`;
  const parsed = recordSchema.safeParse(jsonOrNothing(json.toString('utf8')));
  if (!parsed.success) {
    const fields = parsed.error.issues.slice(0, 3).map(({ path }) => path.map(String).join('.'));
    return fields.some((field) => field !== '') ? `its record has no readable ${fields.join(', ')}` : 'it holds no record of Helm';
  }
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

const unreadable = (cluster: string, release: string, namespace: string, { secret, why }: { readonly secret: string; readonly why: string }) => ({
  code: 'PGD-085' as const,
  what: told`the record of Helm release ${release} on ${cluster} cannot be read`,
  evidence: [`Secret ${namespace}/${secret} on ${cluster}: ${why}`],
  ...byTyping(
    told`Look at the release; remove the Secret if Helm did not write it, then plan again:`,
    helmIn(cluster, namespace, `history ${release}`),
  ),
});

const elsewhere = (cluster: string, release: string, namespace: string, configMap: string) => ({
  code: 'PGD-048' as const,
  what: told`Helm release ${release} on ${cluster} is kept in ConfigMaps, where pgdist does not install over it`,
  evidence: [`ConfigMap ${namespace}/${configMap} on ${cluster} is a record of Helm's driver configmap`],
  ...byTyping(
    told`Have its owner move the release to Helm's default driver, or take it off as below with HELM_DRIVER=configmap in the environment; then plan again:`,
    helmIn(cluster, namespace, `uninstall ${release}`),
  ),
});

/** 'v2026.1.15' and '2026.1.15' name one version. */
export const sameVersion = (a: string, b: string): boolean => a.replace(/^v/, '') === b.replace(/^v/, '');

/** Statuses of a release with which a helm is not done. */
export const UNDER_WAY: readonly HelmStatus[] = ['pending-install', 'pending-upgrade', 'pending-rollback', 'uninstalling'];
