import { readFileSync } from 'node:fs';
import { type Bash, type HandFile, written } from '../../domain/by-hand.ts';
import type { Database } from '../../domain/database.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { quoted } from '../../domain/terminal.ts';
import type { Round } from '../../walk/walk-export.ts';
import type { BundleFile } from '../bundle/tar.ts';
import { textOf } from './file-text.ts';

const PRELUDE = readFileSync(new URL('./prelude.sh', import.meta.url), 'utf8');

interface Exported {
  /** Id of the run whose steps these are. */
  readonly run: string;
  readonly fleet: Fleet;
  readonly database: Database;
  readonly rounds: readonly Round[];
  readonly at: Date;
}

/** run.sh, and the files that it names in the order in which it names them. */
export const exportFiles = (exported: Exported): BundleFile[] => {
  const files = numbered();
  const body = bodyOf(exported, files.pathOf);
  return [{ path: 'run.sh', text: `${headOf(exported)}\n${PRELUDE}\n${body}\n`, executable: true }, ...files.all()];
};

const bodyOf = ({ rounds, fleet, database }: Exported, pathOf: (file: HandFile) => string): string => {
  const bashOf = (one: Bash): string => written(one, pathOf);
  const firstWrite = rounds.findIndex((round) => round.some(({ gate }) => !gate));
  const told = rounds.map((round, index) => {
    const does = round.filter(({ byHand }) => byHand.does.length > 0);
    const awaits = round.filter(({ byHand }) => byHand.awaits.length > 0);
    return [
      ...(index === firstWrite ? [asking(fleet, database)] : []),
      ...does.flatMap(({ stage, title, byHand }) => [`step ${quoted(`${stage}: ${title}`)}`, ...byHand.does.map(bashOf), '']),
      ...awaits.flatMap(({ stage, title, byHand }) => [`step ${quoted(`${stage}, until: ${title}`)}`, ...byHand.awaits.map(bashOf), '']),
    ].join('\n');
  });
  return [...told, `say ${quoted(`\nDone: Postgres ${database.namespace}/${database.name} runs and replicates.`)}`].join('\n');
};

const asking = ({ clusters }: Fleet, { namespace, name }: Database): string => {
  const question = `\nThis writes to ${clusters.map((cluster) => cluster.name).join(', ')} until Postgres ${namespace}/${name} replicates. Type yes to go on: `;
  return `if [ "\${1-}" != --yes ]; then
  [ -t 0 ] || fail 'nobody can be asked here: run it with --yes'
  printf %s ${quoted(question)}
  read -r answer
  [ "$answer" = yes ] || fail 'nothing was written'
fi
`;
};

/** No name ends a comment, whatever is in it. */
const comment = (lines: readonly string[]): string => lines.map((line) => `# ${line.replaceAll(/\p{C}/gu, ' ')}`.trimEnd()).join('\n');

const headOf = ({ run, fleet, database, at }: Exported): string => `#!/usr/bin/env bash
${comment([
  `Postgres ${database.namespace}/${database.name} on fleet ${fleet.name}: the steps of pgdist's run ${run}, typed by hand.`,
  `Made at ${at.toISOString()} of the configuration of that run and of the clusters as they were then. It may be run again: what is in place stays.`,
  '',
  'Usage: PGDIST_LICENCE_FILE=licence.pem ./run.sh [--yes]',
  '  It looks at tools, clusters and licence, asks once, and then writes. --yes: it does not ask.',
  '',
  `It needs bash, kubectl 1.31 or newer, helm, clusteradm ${fleet.ocm.bundleVersion}'s line, and a kubeconfig with these contexts:`,
  `  ${fleet.clusters.map(({ context }) => context).join(' ')}`,
  'No secret is in it. From the environment it takes',
  '  PGDIST_LICENCE_FILE         path of the KubeDB licence of the hub',
  `  KUBESLICE_CONTROLLER_CHART  another chart than ${fleet.kubeslice.chart}`,
  `  KUBEDB_CHART                another chart than ${fleet.kubedb.chart}`,
  '',
  "What it writes has pgdist's marks (field manager, label of the Helm releases, Lease pgdist/pgdist of the hub): a later deploy finds it in place.",
])}
set -euo pipefail
PGDIST_LICENCE_FILE=\${PGDIST_LICENCE_FILE-}
`;

/** Gives each file its number when it is first named. */
const numbered = () => {
  const paths = new Map<HandFile, BundleFile>();
  return {
    pathOf: (file: HandFile): string => {
      const known = paths.get(file) ?? { path: `manifests/${String(paths.size + 1).padStart(3, '0')}-${file.name}`, text: textOf(file.content) };
      paths.set(file, known);
      return known.path;
    },
    all: (): BundleFile[] => [...paths.values()],
  };
};
