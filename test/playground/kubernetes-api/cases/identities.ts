import { describe, expect, it } from 'vitest';
import { connectApiServer } from '../../../../src/kube-api/api-server.ts';
import { namespaceIn, refusal, type Answer, type Target } from '../target.ts';

/** Who calls: tokens and reviews. */
export const identityCases = (target: () => Target): void => {
  const api = () => target().api;
  const whoami = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
  const asToken = async <T>(token: string, call: (api: ReturnType<typeof connectApiServer>) => Promise<T>): Promise<T> => {
    const { server, ca } = target().connection;
    const other = connectApiServer({ server, ca, userAgent: 'conformance/1', authorization: async () => `Bearer ${token}` });
    try {
      return await call(other);
    } finally {
      await other.close();
    }
  };

  describe('identities', () => {
    it('knows the ServiceAccount of a requested token and no token that it never gave', async () => {
      const namespace = await namespaceIn(target());
      const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
      await api().json('POST', accounts, { body: { metadata: { name: 'robot' } } });
      const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600 } };
      const { status } = await api().json<Answer>('POST', `${accounts}/robot/token`, { body: request });
      expect(Date.parse(status.expirationTimestamp)).toBeGreaterThan(Date.now());
      const review = await asToken(status.token, (other) =>
        other.json<Answer>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: whoami }),
      );
      expect(review.status.userInfo).toMatchObject({
        username: `system:serviceaccount:${namespace}:robot`,
        groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
      });
      expect(await refusal(asToken('unknown', (other) => other.json('GET', '/api/v1/namespaces')))).toMatchObject({
        code: 401,
        reason: 'Unauthorized',
      });
    });

    it('refuses a token that is bound to a Secret once that is gone', async () => {
      const namespace = await namespaceIn(target());
      const accounts = `/api/v1/namespaces/${namespace}/serviceaccounts`;
      const secrets = `/api/v1/namespaces/${namespace}/secrets`;
      await api().json('POST', accounts, { body: { metadata: { name: 'robot' } } });
      const secret = await api().json<Answer>('POST', secrets, { body: { metadata: { name: 'bound' } } });
      const boundObjectRef = { kind: 'Secret', apiVersion: 'v1', name: 'bound', uid: secret.metadata.uid };
      const request = { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds: 600, boundObjectRef } };
      const { status } = await api().json<Answer>('POST', `${accounts}/robot/token`, { body: request });
      const ask = () =>
        asToken(status.token, (other) => other.json<Answer>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', { body: whoami }));
      expect((await ask()).status.userInfo).toMatchObject({ username: `system:serviceaccount:${namespace}:robot` });
      await api().json('DELETE', `${secrets}/bound`);
      expect(await refusal(ask())).toMatchObject({ code: 401, reason: 'Unauthorized' });
    });

    it('gives no token for a ServiceAccount that is missing nor for less than ten minutes', async () => {
      const accounts = `/api/v1/namespaces/${await namespaceIn(target())}/serviceaccounts`;
      const request = (expirationSeconds: number) => ({
        body: { apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest', spec: { expirationSeconds } },
      });
      expect(await refusal(api().json('POST', `${accounts}/nobody/token`, request(600)))).toMatchObject({
        code: 404,
        message: 'serviceaccounts "nobody" not found',
      });
      await api().json('POST', accounts, { body: { metadata: { name: 'robot' } } });
      expect(await refusal(api().json('POST', `${accounts}/robot/token`, request(599)))).toMatchObject({
        code: 422,
        message: expect.stringContaining('spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes'),
      });
    });

    it('says what is allowed', async () => {
      const spec = { resourceAttributes: { verb: 'create', group: 'apps', resource: 'deployments', namespace: 'default' } };
      const body = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview', spec };
      expect((await api().json<Answer>('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', { body })).status.allowed).toBe(true);
    });
  });
};
