import type { Choice } from '../../../domain/database-now.ts';
import type { Fleet } from '../../../domain/fleet.ts';
import { lines, type Part } from './message.ts';
import { code } from './span.ts';

/** How another database comes to be: where to declare it, and what to write for this fleet. */
export const databaseToAdd = (fleet: Pick<Fleet, 'clusters'> | undefined, choice: Choice): readonly Part[] => {
  const word = namesIn(choice).length === 0 ? 'Declare one' : 'Another one? Declare it';
  const where = lines([`${word} below `, code('databases'), ' in ', code('pgdist.yaml'), ', and restart pgdist with it:']);
  return [where, { kind: 'pre', text: yamlFor(fleet ?? { clusters: [] }, choice) }];
};

const namesIn = ({ databases, ofOthers, notKnown }: Choice): readonly string[] => [
  ...databases.map(({ database }) => database.name),
  ...ofOthers,
  ...notKnown.databases,
];

const REPLICAS = 3;

const yamlFor = ({ clusters }: Pick<Fleet, 'clusters'>, choice: Choice): string => {
  const names = clusters.slice(0, REPLICAS).map(({ name }) => name);
  const [like] = choice.databases;
  const placement = names.map((name, at) => `      ${name}: [${indices(at, names.length).join(', ')}]`);
  return [
    'databases:',
    `  - name: ${unused(namesIn(choice))}`,
    `    namespace: ${like?.database.namespace ?? 'demo'}`,
    `    version: "${like?.database.version ?? '17.2'}"`,
    `    replicas: ${REPLICAS}`,
    '    storage: 2Gi',
    '    placement:',
    ...placement,
  ].join('\n');
};

/** Of the replicas, in turn, those of this cluster. */
const indices = (at: number, clusters: number): number[] =>
  Array.from({ length: REPLICAS }, (_, index) => index).filter((index) => index % clusters === at);

const unused = (taken: readonly string[]): string => ['orders', 'billing', 'reports'].find((name) => !taken.includes(name)) ?? 'another-database';
