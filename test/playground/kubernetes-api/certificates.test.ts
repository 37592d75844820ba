import { webcrypto } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectApiServer } from '../../../src/kube-api/api-server.ts';
import * as x509 from '../../../playground/kubernetes-api/auth/x509.ts';
import { refusal, startDouble, type Answer, type Target } from './target.ts';

const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests';
const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

describe('certificate signing requests of the API double', () => {
  let target: Target;
  beforeAll(async () => {
    ({ target } = await startDouble());
  });
  afterAll(() => target.close());

  it('let in who shows the certificate that was issued for one, and nobody else', async () => {
    const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
    const key = `-----BEGIN PRIVATE KEY-----\n${Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')}\n-----END PRIVATE KEY-----\n`;
    const name = 'CN=system:agent:one, O=system:agents';
    const request = await x509.Pkcs10CertificateRequestGenerator.create({ name, keys, signingAlgorithm: ALGORITHM });
    const issued = await x509.X509CertificateGenerator.createSelfSigned({
      name,
      keys,
      signingAlgorithm: ALGORITHM,
      serialNumber: '0a',
      notBefore: new Date(Date.now() - 60_000),
      notAfter: new Date(Date.now() + 3_600_000),
    });
    const cert = issued.toString('pem');
    const whoami = async (): Promise<Answer> => {
      const { server, ca } = target.connection;
      const agent = connectApiServer({ server, ca, cert, key, userAgent: 'agent/1' });
      try {
        return await agent.json<Answer>('POST', '/apis/authentication.k8s.io/v1/selfsubjectreviews', {
          body: { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' },
        });
      } finally {
        await agent.close();
      }
    };
    expect(await refusal(whoami())).toMatchObject({ code: 401 });

    const spec = {
      request: Buffer.from(request.toString('pem')).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
    };
    const made = await target.api.json<Answer>('POST', REQUESTS, { body: { metadata: { name: 'one' }, spec } });
    expect(made.spec).toMatchObject({ username: 'kubernetes-admin', groups: expect.arrayContaining(['system:masters']) });
    const approved = { ...made, status: { conditions: [{ type: 'Approved', status: 'True', reason: 'Test', message: 'trusted' }] } };
    await target.api.json('PUT', `${REQUESTS}/one/approval`, { body: approved });
    const ignored = await target.api.json<Answer>('PATCH', `${REQUESTS}/one`, {
      body: { spec: { signerName: 'example.org/other' }, status: {} },
      type: 'application/merge-patch+json',
    });
    expect(ignored).toMatchObject({ spec: { signerName: 'kubernetes.io/kube-apiserver-client' }, status: { conditions: [{ type: 'Approved' }] } });
    const body = { status: { certificate: Buffer.from(cert).toString('base64') } };
    await target.api.json('PATCH', `${REQUESTS}/one/status`, { body, type: 'application/merge-patch+json' });
    expect((await whoami()).status.userInfo).toEqual({ username: 'system:agent:one', groups: ['system:agents', 'system:authenticated'] });
  });
});
