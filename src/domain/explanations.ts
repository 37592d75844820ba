import type { ProblemCode } from './problem.ts';

/** Where what follows shows: on the cluster of its cause, or on any. */
type Reach = 'same cluster' | 'any cluster';

interface Explanation {
  readonly cause: ProblemCode;
  readonly explains: readonly ProblemCode[];
  readonly reach: Reach;
}

/** What may lose data, or ends the service by itself: told before everything else, whatever the order of hops. */
export const DANGERS: readonly ProblemCode[] = ['PGD-064', 'PGD-071', 'PGD-072'];

/** A cluster that was not heard. */
export const UNHEARD: readonly ProblemCode[] = ['PGD-001', 'PGD-002', 'PGD-004', 'PGD-005', 'PGD-006'];

/** Nobody answered in time, so that nothing is known of the fact: never a cause. */
export const UNKNOWNS: readonly ProblemCode[] = ['PGD-053', 'PGD-066', 'PGD-089'];

const PODS_AND_STREAMS = ['PGD-054', 'PGD-060', 'PGD-061', 'PGD-062', 'PGD-063', 'PGD-066', 'PGD-068'] as const;
const DATABASE = ['PGD-046', 'PGD-047', ...PODS_AND_STREAMS] as const;

/**
 * What follows from what, one row for each cause and reach. Sources: the order in which the guide builds each hop on the one before, and the failure
 * tables of OCM, KubeSlice and KubeDB. What is not listed stands for itself.
 */
export const EXPLANATIONS: readonly Explanation[] = [
  ...UNHEARD.map((cause): Explanation => ({
    cause,
    explains: ['PGD-001', 'PGD-002', 'PGD-004', 'PGD-053', 'PGD-083', 'PGD-089', 'PGD-090'],
    reach: 'same cluster',
  })),
  ...UNHEARD.map((cause): Explanation => ({ cause, explains: ['PGD-003', 'PGD-066'], reach: 'any cluster' })),
  { cause: 'PGD-003', explains: ['PGD-021', 'PGD-022'], reach: 'any cluster' },
  { cause: 'PGD-017', explains: ['PGD-021', 'PGD-023', 'PGD-026'], reach: 'any cluster' },
  { cause: 'PGD-017', explains: ['PGD-024', 'PGD-033', 'PGD-034', 'PGD-035', 'PGD-039', 'PGD-044', ...DATABASE], reach: 'same cluster' },
  { cause: 'PGD-017', explains: ['PGD-034', 'PGD-036', 'PGD-037', 'PGD-039', ...PODS_AND_STREAMS], reach: 'any cluster' },
  { cause: 'PGD-020', explains: ['PGD-021', 'PGD-022', 'PGD-023', 'PGD-024', 'PGD-026', 'PGD-034', 'PGD-039', 'PGD-044'], reach: 'any cluster' },
  ...(['PGD-021', 'PGD-022', 'PGD-023', 'PGD-025', 'PGD-026'] as const).flatMap((cause): Explanation[] => [
    {
      cause,
      explains: ['PGD-021', 'PGD-023', 'PGD-024', 'PGD-033', 'PGD-034', 'PGD-035', 'PGD-039', 'PGD-044', 'PGD-052', ...DATABASE],
      reach: 'same cluster',
    },
    { cause, explains: ['PGD-034', 'PGD-036', 'PGD-037', 'PGD-039', ...PODS_AND_STREAMS], reach: 'any cluster' },
  ]),
  { cause: 'PGD-024', explains: ['PGD-034', 'PGD-039', 'PGD-044'], reach: 'same cluster' },
  { cause: 'PGD-024', explains: [...PODS_AND_STREAMS], reach: 'any cluster' },
  { cause: 'PGD-039', explains: ['PGD-054', 'PGD-062'], reach: 'any cluster' },
  {
    cause: 'PGD-030',
    explains: ['PGD-027', 'PGD-031', 'PGD-033', 'PGD-034', 'PGD-036', 'PGD-037', 'PGD-045', 'PGD-046', 'PGD-054'],
    reach: 'any cluster',
  },
  { cause: 'PGD-031', explains: ['PGD-033', 'PGD-034', 'PGD-036'], reach: 'any cluster' },
  { cause: 'PGD-032', explains: ['PGD-033', 'PGD-035', 'PGD-052'], reach: 'same cluster' },
  { cause: 'PGD-032', explains: ['PGD-037', 'PGD-062'], reach: 'any cluster' },
  { cause: 'PGD-033', explains: ['PGD-034', 'PGD-035'], reach: 'same cluster' },
  { cause: 'PGD-033', explains: ['PGD-036', 'PGD-037'], reach: 'any cluster' },
  ...(['PGD-034', 'PGD-035'] as const).flatMap((cause): Explanation[] => [
    { cause, explains: ['PGD-034', 'PGD-035', 'PGD-046', 'PGD-052', 'PGD-060'], reach: 'same cluster' },
    { cause, explains: ['PGD-036', 'PGD-037', 'PGD-038', 'PGD-054', 'PGD-062', 'PGD-068'], reach: 'any cluster' },
  ]),
  { cause: 'PGD-027', explains: ['PGD-037'], reach: 'any cluster' },
  { cause: 'PGD-036', explains: ['PGD-037', 'PGD-038', 'PGD-045', 'PGD-046', 'PGD-052', ...PODS_AND_STREAMS], reach: 'any cluster' },
  ...(['PGD-037', 'PGD-038'] as const).map((cause): Explanation => ({
    cause,
    explains: ['PGD-037', 'PGD-062', 'PGD-065', 'PGD-068'],
    reach: 'any cluster',
  })),
  ...(['PGD-050', 'PGD-051'] as const).flatMap((cause): Explanation[] => [
    { cause, explains: ['PGD-052'], reach: 'same cluster' },
    { cause, explains: ['PGD-062', 'PGD-068'], reach: 'any cluster' },
  ]),
  { cause: 'PGD-054', explains: ['PGD-062', 'PGD-063', 'PGD-068'], reach: 'any cluster' },
  { cause: 'PGD-052', explains: ['PGD-052'], reach: 'same cluster' },
  { cause: 'PGD-052', explains: ['PGD-062', 'PGD-068'], reach: 'any cluster' },
  ...(['PGD-040', 'PGD-041', 'PGD-042', 'PGD-049'] as const).map((cause): Explanation => ({
    cause,
    explains: ['PGD-042', 'PGD-043', 'PGD-045', 'PGD-047'],
    reach: 'any cluster',
  })),
  { cause: 'PGD-043', explains: ['PGD-044', 'PGD-045', 'PGD-047'], reach: 'any cluster' },
  { cause: 'PGD-044', explains: ['PGD-054', 'PGD-060', 'PGD-062'], reach: 'any cluster' },
  { cause: 'PGD-045', explains: ['PGD-047', ...PODS_AND_STREAMS], reach: 'any cluster' },
  { cause: 'PGD-046', explains: ['PGD-060', 'PGD-061'], reach: 'same cluster' },
  { cause: 'PGD-046', explains: ['PGD-054', 'PGD-060', 'PGD-062', 'PGD-068'], reach: 'any cluster' },
  { cause: 'PGD-012', explains: ['PGD-060'], reach: 'same cluster' },
  {
    cause: 'PGD-011',
    explains: [
      'PGD-020',
      'PGD-021',
      'PGD-023',
      'PGD-024',
      'PGD-030',
      'PGD-032',
      'PGD-033',
      'PGD-034',
      'PGD-035',
      'PGD-036',
      'PGD-038',
      'PGD-043',
      'PGD-052',
      'PGD-053',
      'PGD-060',
    ],
    reach: 'same cluster',
  },
  { cause: 'PGD-011', explains: ['PGD-037', 'PGD-038', 'PGD-054', 'PGD-062', 'PGD-063', 'PGD-066', 'PGD-068'], reach: 'any cluster' },
  // Of servers of one database, seen by the same step.
  { cause: 'PGD-064', explains: ['PGD-062', 'PGD-065'], reach: 'any cluster' },
  { cause: 'PGD-062', explains: ['PGD-068'], reach: 'any cluster' },
  { cause: 'PGD-067', explains: ['PGD-068'], reach: 'any cluster' },
  { cause: 'PGD-073', explains: ['PGD-066'], reach: 'any cluster' },
  { cause: 'PGD-047', explains: [...PODS_AND_STREAMS], reach: 'any cluster' },
  { cause: 'PGD-060', explains: ['PGD-061'], reach: 'same cluster' },
  { cause: 'PGD-060', explains: ['PGD-060', 'PGD-062', 'PGD-063', 'PGD-068', 'PGD-076'], reach: 'any cluster' },
  { cause: 'PGD-061', explains: ['PGD-060'], reach: 'same cluster' },
  { cause: 'PGD-070', explains: ['PGD-046', 'PGD-047', 'PGD-060', 'PGD-061'], reach: 'any cluster' },
];

/** Hops that could not be looked at, because something before them is missing or did not let itself be asked. */
export const CONSEQUENCES: readonly ProblemCode[] = ['PGD-083', 'PGD-090'];
