import type { FeatureGate } from '../operators/ocm/components.ts';

/** Gates as the API wants them: those on by default are always listed, then what was given. */
export const gateList = (given: Readonly<Record<string, boolean>>, known: Readonly<Record<string, boolean>>): readonly FeatureGate[] =>
  Object.entries(known)
    .filter(([feature, standard]) => standard || Object.hasOwn(given, feature))
    .map(([feature, standard]) => ({ feature, mode: (given[feature] ?? standard) ? 'Enable' : 'Disable' }));

/** True when one of the given gates belongs to this component. */
export const concerns = (given: Readonly<Record<string, boolean>> | undefined, known: Readonly<Record<string, boolean>>): boolean =>
  Object.keys(given ?? {}).some((feature) => Object.hasOwn(known, feature));
