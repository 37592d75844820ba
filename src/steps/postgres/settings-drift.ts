import { stringify } from 'yaml';
import { SSL_MODES, type Database, type DatabaseSettings } from '../../domain/database.ts';
import { operationLine } from '../../domain/operations.ts';
import { byTyping, byWords, type Problem } from '../../domain/problem.ts';
import { sameQuantity } from '../../domain/quantity.ts';
import { joined, type Text, told } from '../../domain/text.ts';
import type { PostgresSeen } from './postgres-manifest.ts';
import { CONFIGURATION_KEY, parametersText, SERVER_CONTAINER } from './settings-manifest.ts';

export interface Drift {
  /** 'memory limit is 1Gi, configured is 2Gi' */
  readonly sentence: string;
  /** PostgresOpsRequest that brings it about; undefined: there is none. */
  readonly operation?: { readonly type: string; readonly [field: string]: unknown };
  /** What to do where there is none. */
  readonly instead?: Text;
}

/** Where pgdist.yaml wants other settings than a Postgres has that exists; what the file does not name may be as it is. */
export const settingsDrift = ({ settings = {} }: Database, seen: PostgresSeen): Drift[] => [
  ...resourceDrift(settings, seen),
  ...parameterDrift(settings, seen),
  ...tlsDrift(settings, seen),
  ...streamingDrift(settings, seen),
];

const resourceDrift = ({ resources }: DatabaseSettings, { spec }: PostgresSeen): Drift[] => {
  if (resources === undefined) return [];
  const live = spec.podTemplate.spec.containers?.find(({ name }) => name === SERVER_CONTAINER)?.['resources'] as
    | Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>
    | undefined;
  const sentences = (['requests', 'limits'] as const).flatMap((kind) =>
    Object.entries(resources[kind] ?? {}).flatMap(([what, wanted]) => {
      const seenNow = live?.[kind]?.[what];
      const now = typeof seenNow === 'number' ? seenNow.toString() : typeof seenNow === 'string' ? seenNow : undefined;
      if (now !== undefined && sameQuantity(now, wanted)) return [];
      return [`${what} ${kind} is ${now ?? 'not set'}, configured is ${wanted}`];
    }),
  );
  return sentences.map((sentence) => ({ sentence, operation: { type: 'VerticalScaling', verticalScaling: { postgres: { resources } } } }));
};

const parameterDrift = ({ parameters }: DatabaseSettings, { spec }: PostgresSeen): Drift[] => {
  if (parameters === undefined) return [];
  const [now, wanted] = [spec.configuration?.inline?.[CONFIGURATION_KEY] ?? '', parametersText(parameters)];
  if (now.trim() === wanted.trim()) return [];
  const known = new Set(now.split('\n').map((line) => line.trim()));
  const missing = wanted.split('\n').filter((line) => line !== '' && !known.has(line));
  const sentence = missing.length === 0 ? 'it has parameters that pgdist.yaml does not name' : `parameters differ: ${missing.join(', ')}`;
  return [{ sentence, operation: { type: 'Reconfigure', configuration: { applyConfig: { [CONFIGURATION_KEY]: wanted }, restart: 'auto' } } }];
};

const tlsDrift = ({ tls, sslMode }: DatabaseSettings, { spec }: PostgresSeen): Drift[] => {
  const issuer = spec.tls?.issuerRef;
  const operation = {
    type: 'ReconfigureTLS',
    tls: {
      ...(tls === undefined ? {} : { issuerRef: { apiGroup: 'cert-manager.io', ...tls.issuer } }),
      ...(sslMode === undefined ? {} : { sslMode }),
    },
  };
  return [
    ...(tls === undefined || (issuer?.kind === tls.issuer.kind && issuer.name === tls.issuer.name)
      ? []
      : [
          {
            sentence: `issuer is ${issuer === undefined ? 'not set' : `${issuer.kind ?? ''} ${issuer.name ?? ''}`}, configured is ${tls.issuer.kind} ${tls.issuer.name}`,
            operation,
          },
        ]),
    ...(sslMode === undefined || (spec.sslMode ?? (issuer === undefined ? SSL_MODES[0] : 'verify-full')) === sslMode
      ? []
      : [{ sentence: `sslMode is ${spec.sslMode ?? 'not set'}, configured is ${sslMode}`, operation }]),
  ];
};

const streamingDrift = ({ streamingMode }: DatabaseSettings, { spec }: PostgresSeen): Drift[] =>
  streamingMode === undefined || (spec.streamingMode ?? 'Asynchronous') === streamingMode
    ? []
    : [{ sentence: `streamingMode is ${spec.streamingMode ?? 'Asynchronous (not set)'}, configured is ${streamingMode}`, instead: NO_OPERATION }];

const NO_OPERATION = told`Set streamingMode in pgdist.yaml to what the database has: no operation of KubeDB changes it.`;

/** One problem with the request to type for each operation; undefined where nothing differs. */
export const settingsProblem = (hub: string, database: Database, drifts: readonly Drift[]): Problem | undefined => {
  if (drifts.length === 0) return undefined;
  const { name, namespace } = database;
  const operations = new Map(drifts.flatMap(({ operation }) => (operation === undefined ? [] : [[operation.type, operation] as const])));
  const lines = [...operations.values()].map(({ type, ...fields }) =>
    operationLine({ hub, namespace, database: name, type, fields: stringify(fields) }),
  );
  const instead = [...new Set(drifts.flatMap((drift) => drift.instead ?? []))];
  const what = told`Postgres ${namespace}/${name} exists with other settings, which a deploy does not change`;
  const evidence = drifts.map(({ sentence }) => sentence);
  if (lines.length === 0) return { code: 'PGD-057', what, evidence, ...byWords(joined(instead, ' ')) };
  const way = told`Set pgdist.yaml to what the database has, or have KubeDB change it by an operation, which restarts its pods one after the other, then plan again.`;
  return { code: 'PGD-057', what, evidence, ...byTyping(joined([way, ...instead, told`The requests:`], ' '), ...lines) };
};
