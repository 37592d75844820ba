import type { Behaviour } from '../../test/support/hostile-api-server.ts';
import { emptyPages, endlessPages, HOSTILE_ANSWERS, listOf, whole } from '../../test/support/hostile-behaviours.ts';

/** Large but allowed: every list has pages at the limit of parts, without end. */
const fullPages: Behaviour = (answer, request) =>
  whole(
    200,
    listOf(500, (index) => ({ metadata: { name: `n-${index}` }, spec: Array.from({ length: 150 }, () => []) }), { continue: 'more' }),
  )(answer, request);

/** Every request behind discovery and the version is answered so; the first is no attack, and shows what the machine itself does. */
export const ATTACKS: Readonly<Record<string, Behaviour>> = {
  'nothing bad': whole(200, listOf(3)),
  ...Object.fromEntries(Object.entries(HOSTILE_ANSWERS).map(([name, { behaviour }]) => [name, behaviour])),
  'lists of 50 000 objects': whole(200, listOf(50_000)),
  'lists of pages without end': endlessPages,
  'lists of empty pages without end': emptyPages,
  'lists of full pages without end': fullPages,
};

export const BEHIND_DISCOVERY = /^\w+ \/(api|apis)\/.*\/(namespaces|nodes|pods|configmaps|secrets|deployments|selfsubjectaccessreviews)/;
