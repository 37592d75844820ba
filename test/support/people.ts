import type { People } from '../../src/ports/people.ts';

/** Everybody is a full member of the workspace. */
export const everybody: People = { standing: () => Promise.resolve({ kind: 'member' }) };
