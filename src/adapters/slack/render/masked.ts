import type { Fleet } from '../../../domain/fleet.ts';

/** Stands in a line that is true of each of several clusters. */
export const EACH = '<cluster>';

export const namesOf = ({ clusters }: Pick<Fleet, 'clusters'>): string[] => clusters.map(({ name }) => name);

/** The text with `<cluster>` for each of these names that stands there as a word. */
export const masked = (text: string, names: readonly string[]): string =>
  names.toSorted((a, b) => b.length - a.length).reduce((done, name) => (name === '' ? done : maskedOne(done, name)), text);

/** What makes a longer name of it. */
const BEFORE = /^[A-Za-z0-9.-]$/;
const AFTER = /^[A-Za-z0-9-]$/;

const maskedOne = (text: string, name: string): string => {
  const parts: string[] = [];
  let from = 0;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
    if (BEFORE.test(text.charAt(at - 1)) || AFTER.test(text.charAt(at + name.length))) continue;
    parts.push(text.slice(from, at));
    from = at + name.length;
  }
  return [...parts, text.slice(from)].join(EACH);
};
