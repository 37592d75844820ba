import type { Fleet } from '../../../domain/fleet.ts';

/** Stands in a line that is true of each of several clusters. */
export const EACH = '<cluster>';

export const namesOf = ({ clusters }: Pick<Fleet, 'clusters'>): string[] => clusters.map(({ name }) => name);

/** The text with `<cluster>` for each of these names that stands there as a word. */
export const masked = (text: string, names: readonly string[]): string =>
  names
    .toSorted((a, b) => b.length - a.length)
    .reduce((done, name) => done.replaceAll(new RegExp(`(?<![A-Za-z0-9.-])${RegExp.escape(name)}(?![A-Za-z0-9-])`, 'g'), EACH), text);
