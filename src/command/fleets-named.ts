import { bold, joined, phrase, type Phrase, within } from '../domain/text.ts';
import type { FleetHere } from './command.ts';

/** 'fleet **demo**', 'fleets **eu** and **us**' */
export const fleetsNamed = (fleets: readonly Pick<FleetHere, 'fleet'>[]): Phrase => {
  const names = fleets.map(({ fleet }) => bold(fleet.name));
  return phrase`${names.length === 1 ? 'fleet' : 'fleets'} ${within(joined(names, ', '))}`;
};
