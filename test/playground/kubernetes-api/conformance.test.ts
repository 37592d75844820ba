import { afterAll, beforeAll, describe } from 'vitest';
import { applyingCases } from './cases/applying.ts';
import { authorizationCases } from './cases/authorization.ts';
import { definitionCases } from './cases/definitions.ts';
import { deletingCases } from './cases/deleting.ts';
import { identityCases } from './cases/identities.ts';
import { methodCases } from './cases/methods.ts';
import { objectCases } from './cases/objects.ts';
import { refusalCases } from './cases/refusals.ts';
import { watchingCases } from './cases/watching.ts';
import { startDouble, type Target } from './target.ts';

/** Every case takes a connection and expects what a real API server does: point it at one and it has to pass as it stands. */
describe('the API double behaves as a Kubernetes API server', () => {
  let target: Target;
  const current = (): Target => target;
  beforeAll(async () => {
    ({ target } = await startDouble());
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
