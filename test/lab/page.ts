import { readFileSync } from 'node:fs';
import { blocksOf, type Block } from '../support/page.ts';
import { CHARTS } from './stand-ins.ts';

export const PAGE = blocksOf(readFileSync(new URL('../../docs/getting-started.md', import.meta.url), 'utf8'));

export const sectionOf = ({ section }: Block): number => Number(/^\d+/.exec(section)?.[0]);

/** Sections with something to type or to keep before pgdist runs, in order. */
export const INSTALLING = [1, 2, 4, 5, 6, 7] as const;
/** The section that has it looked at. */
export const [LOOK = 0] = PAGE.filter(({ text }) => text.includes('helm -n pgdist test')).map(sectionOf);

export interface Given {
  readonly repository: string;
  readonly hubApiServer: string;
  readonly probeImage: string;
}

/** What the page leaves to who reads it, as it says itself: each place once, with what stands there on the lab. The last two are what docs/faq.md says of clusters without internet. */
const PLACES: readonly (readonly [RegExp, (given: Given, found: string) => string])[] = [
  [/git clone …/g, ({ repository }) => `git clone --quiet ${repository}`],
  [/https:\/\/10\.250\.0\.10:6443/g, ({ hubApiServer }) => hubApiServer],
  [/^(?:kubeslice|kubedb):$/gm, (_, found) => `${found}\n  chart: ${CHARTS[found.slice(0, -1) as keyof typeof CHARTS]}`],
  [/^databases:$/gm, ({ probeImage }, found) => `probeImage: ${probeImage}\n${found}`],
];

/** Parts of the page that are to be filled in and that no block has. */
export const missingPlaces = (): string[] =>
  PLACES.map(([place]) => place)
    .filter((place) => !PAGE.some(({ text }) => text.search(place) !== -1))
    .map(String);

export const filled = (text: string, given: Given): string =>
  PLACES.reduce((sofar, [place, by]) => sofar.replaceAll(place, (found) => by(given, found)), text);
