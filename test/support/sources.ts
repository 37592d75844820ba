import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';

export const root = join(import.meta.dirname, '../..');

export interface Source {
  /** From the root: 'src/domain/run.ts'. */
  readonly file: string;
  readonly text: string;
}

export const sourcesOf = (...folders: readonly string[]): Source[] =>
  folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => join(folder, file))
      .map((file) => ({ file, text: readFileSync(join(root, file), 'utf8') })),
  );

export interface Exported {
  readonly name: string;
  /** Docstring right above, '' where there is none. */
  readonly doc: string;
}

const DECLARED = /(\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^export (?:declare |abstract |async )*(?:const|let|function\*?|class|interface|type) (\w+)/gm;

export const exportsOf = ({ text }: Source): Exported[] => [
  ...[...text.matchAll(DECLARED)].map(([, doc = '', name = '']) => ({ name, doc })),
  ...[...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, names = '']) => namesIn(names).map(([, as]) => ({ name: as, doc: '' }))),
];

/** What a file takes from others of ours: 'src/domain/run.ts#Run'; '#*' where it takes all under one name. */
export const takenBy = ({ file, text }: Source): string[] => {
  const from = (path: string): string => relative(root, resolve(root, dirname(file), path));
  return [
    ...[...text.matchAll(/^(?:import|export) (?:type )?\{([^}]*)\} from '(\.[^']+)'/gm)].flatMap(([, names = '', path = '']) =>
      namesIn(names).map(([name]) => `${from(path)}#${name}`),
    ),
    ...[...text.matchAll(/(?:^(?:import|export) (?:type )?\* (?:as \w+ )?from|\bimport\()\s*'(\.[^']+)'/gm)].map(
      ([, path = '']) => `${from(path)}#*`,
    ),
  ];
};

/** [name there, name here] of each in 'a, type B, c as d'. */
const namesIn = (names: string): [string, string][] =>
  names
    .split(',')
    .map((one) => one.trim().replace(/^type /, ''))
    .filter((one) => one !== '')
    .map((one) => {
      const [there = '', here = there] = one.split(' as ');
      return [there, here];
    });
