import type { Scenario } from '../scene.ts';
import { DEPLOYS } from './deploys.ts';
import { PEOPLE } from './people.ts';

/** Every scenario there is. */
export const SCENARIOS: readonly Scenario[] = [...DEPLOYS, ...PEOPLE];

/** In an order in which labs serve as many of them as they can: each that begins one, followed by its share of those that go on in it. */
export const inTurns = (scenarios: readonly Scenario[]): readonly Scenario[] => {
  const [own, shared, timed] = [
    scenarios.filter(({ fleet }) => fleet === 'untouched'),
    scenarios.filter(({ fleet, approvalMinutes }) => fleet === 'stands' && approvalMinutes === undefined),
    scenarios.filter(({ fleet, approvalMinutes }) => fleet === 'stands' && approvalMinutes !== undefined),
  ];
  if (own.length === 0) return [...shared, ...timed];
  const share = Math.ceil(shared.length / own.length);
  return [...own.flatMap((first, index) => [first, ...shared.slice(index * share, (index + 1) * share)]), ...timed];
};
