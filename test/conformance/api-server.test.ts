import { afterAll, beforeAll, describe } from 'vitest';
import { applyingCases } from '../playground/kubernetes-api/cases/applying.ts';
import { authorizationCases } from '../playground/kubernetes-api/cases/authorization.ts';
import { definitionCases } from '../playground/kubernetes-api/cases/definitions.ts';
import { deletingCases } from '../playground/kubernetes-api/cases/deleting.ts';
import { identityCases } from '../playground/kubernetes-api/cases/identities.ts';
import { methodCases } from '../playground/kubernetes-api/cases/methods.ts';
import { objectCases } from '../playground/kubernetes-api/cases/objects.ts';
import { refusalCases } from '../playground/kubernetes-api/cases/refusals.ts';
import { watchingCases } from '../playground/kubernetes-api/cases/watching.ts';
import type { Target } from '../playground/kubernetes-api/target.ts';
import { clustersUnderTest } from './clusters.ts';

describe.for([...clustersUnderTest()])('$name', (cluster) => {
  let target: Target;
  const current = (): Target => target;
  beforeAll(async () => {
    target = await cluster.start();
  });
  afterAll(() => target.close());

  objectCases(current);
  methodCases(current);
  refusalCases(current);
  deletingCases(current);
  applyingCases(current);
  definitionCases(current);
  watchingCases(current);
  identityCases(current);
  authorizationCases(current);
});
