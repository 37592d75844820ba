import { diagnose, ranked } from '../../domain/diagnosis.ts';
import type { Answer, Run } from '../../domain/run.ts';
import { plainText } from '../../domain/text.ts';
import type { AuditOfRun } from '../../ports/run-store.ts';
import type { ClusterRecord } from '../../walk/bundle/record.ts';
import type { BundleLook } from '../../walk/walk-bundle.ts';
import type { BundleFile } from './tar.ts';

/** All that was collected. */
export interface Collected extends BundleLook {
  readonly run: Run;
  /** The run that was asked about, with what the audit has of it. */
  readonly about?: { readonly run: Run; readonly audit?: AuditOfRun };
}

/** The files in the order of their worth: where there are too many, the last ones are left out. Everything in them still has to pass the redactor. */
export const bundleFiles = ({ run, about, answer, records }: Collected): { readonly path: string; readonly value: unknown }[] => [
  ...(answer === undefined
    ? []
    : [
        { path: 'diagnosis.txt', value: diagnosisText(answer) },
        { path: 'verify.json', value: answer },
      ]),
  { path: 'fleet.json', value: { fleet: run.fleet, database: run.database } },
  ...(about === undefined ? [] : [{ path: `run-${about.run.id}.json`, value: withoutAddress(about.run) }]),
  ...(about?.audit === undefined ? [] : [{ path: `audit-of-${about.run.id}.json`, value: about.audit }]),
  ...ofEach(records, ({ texts }) => [...texts].filter(([file]) => file.startsWith('commands/')).map(([path, value]) => ({ path, value }))),
  ...ofEach(records, (record) => objectFiles(record).filter(({ path }) => path.includes('/Event.'))),
  ...ofEach(records, (record) => objectFiles(record).filter(({ path }) => !path.includes('/Event.'))),
  ...ofEach(records, ({ texts }) => [...texts].filter(([file]) => file.startsWith('logs/')).map(([path, value]) => ({ path, value }))),
];

const ofEach = (records: Collected['records'], files: (record: ClusterRecord) => { readonly path: string; readonly value: unknown }[]) =>
  [...records].flatMap(([cluster, record]) => files(record).map(({ path, value }) => ({ path: `clusters/${cluster}/${path}`, value })));

const objectFiles = ({ objects }: ClusterRecord) =>
  [...Map.groupBy(objects.values(), ({ file }) => file)].map(([path, rows]) => ({ path, value: rows.map(({ object }) => object) }));

/** Slack's address for the private answer is good for whoever has it. */
const withoutAddress = ({ responseUrl: _responseUrl, ...run }: Run): unknown => run;

const diagnosisText = (answer: Answer): string => {
  const found = ranked(diagnose(answer));
  if (found.length === 0) return 'Every step that was asked holds.\n';
  return found
    .map(({ problem, hop, cluster }, at) =>
      [
        `${at + 1}. ${problem.code} ${plainText(problem.what)}`,
        `   seen at: ${hop} (${cluster})`,
        ...problem.evidence.map((fact) => `   seen: ${fact}`),
        `   do: ${plainText(problem.remedy)}`,
      ].join('\n'),
    )
    .join('\n\n');
};

/** What was asked, what was not answered, and what the bundle does not hold. */
export const indexText = ({ run, about, answer, records, notes }: Collected, kept: readonly BundleFile[], leftOut: readonly BundleFile[]): string =>
  [
    `Support bundle of ${run.database.name} on ${run.fleet.name}`,
    `run ${run.id}, asked for at ${run.requestedAt}${about === undefined ? '' : `, about run ${about.run.id} (${about.run.kind}, ${about.run.state})`}`,
    '',
    "Secrets, values of environments, contents of ConfigMaps but CoreDNS', and copies of applied objects are not in it; what has the form or the name",
    'of a credential is hidden. Read it all the same before you give it to others: names, addresses and lines of logs are in it.',
    '',
    answer === undefined ? 'verify did not come to its end' : `verify asked ${answer.verdicts.length} steps, ${answer.notAsked ?? 0} were not asked`,
    ...notes,
    ...[...records].flatMap(([cluster, record]) => ['', ...clusterLines(cluster, record)]),
    '',
    `Files (${kept.length}):`,
    ...kept.map(({ path, text }) => `  ${path}  ${text.length} characters`),
    ...(leftOut.length === 0
      ? []
      : ['', `Left out, since the bundle would be too large (${leftOut.length}):`, ...leftOut.slice(0, 200).map(({ path }) => `  ${path}`)]),
    '',
  ].join('\n');

const clusterLines = (cluster: string, { asked, failures, objects, texts, leftOut }: ClusterRecord): string[] => [
  `${cluster}: asked ${asked} times, ${objects.size} objects and ${texts.size} logs and answers of commands${leftOut > 0 ? `, ${leftOut} more left out` : ''}`,
  ...(asked > 0 && objects.size + texts.size === 0 ? ['  nothing was answered'] : []),
  ...[...new Set(failures)].map((failure) => `  not answered: ${failure}`),
];
