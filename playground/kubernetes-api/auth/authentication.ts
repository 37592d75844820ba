import type { TLSSocket } from 'node:tls';
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { X509Certificate } from 'node:crypto';
import type { ApiObject } from '../object.ts';
import type { Store } from '../store/store.ts';

export interface UserInfo {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra?: Readonly<Record<string, readonly string[]>>;
}

export interface Authentication {
  readonly adminToken: string;
  /** undefined: 401. */
  identify(authorization: string | undefined, socket: TLSSocket): UserInfo | undefined;
  identifyToken(token: string): UserInfo | undefined;
  /** A token for a ServiceAccount, in the form of the real server's JSON web tokens. */
  issue(serviceAccount: ApiObject, options: { readonly expires: Date; readonly audiences: readonly string[]; readonly boundTo?: unknown }): string;
}

const ISSUER = 'https://kubernetes.default.svc.cluster.local';
const SECRETS = { group: '', plural: 'secrets' };
const SERVICE_ACCOUNTS = { group: '', plural: 'serviceaccounts' };
const REQUESTS = { group: 'certificates.k8s.io', plural: 'certificatesigningrequests' };

export const createAuthentication = (store: Store): Authentication => {
  const adminToken = randomBytes(24).toString('base64url');
  const key = randomBytes(32);
  const sign = (payload: string): string => createHmac('sha256', key).update(payload).digest('base64url');

  const fromJwt = (token: string): UserInfo | undefined => {
    const [header, payload, signature] = token.split('.');
    if (payload === undefined || signature === undefined || !same(sign(`${header}.${payload}`), signature)) return undefined;
    const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims;
    if (claims.exp * 1000 <= Date.now()) return undefined;
    const { namespace, serviceaccount, bound } = claims['kubernetes.io'];
    const account = store.get(SERVICE_ACCOUNTS, namespace, serviceaccount.name);
    if (account?.metadata.uid !== serviceaccount.uid) return undefined;
    // Such a token ends with what it is bound to.
    if (bound?.kind === 'Secret' && store.get(SECRETS, namespace, bound.name)?.metadata.uid !== bound.uid) return undefined;
    const extra = { 'authentication.kubernetes.io/credential-id': [`JTI=${claims.jti}`] };
    return { ...serviceAccountUser(namespace, serviceaccount.name, serviceaccount.uid), extra };
  };
  /** A Secret of type service-account-token, filled in by whoever plays the token controller. */
  const fromSecret = (token: string): UserInfo | undefined => {
    const encoded = Buffer.from(token).toString('base64');
    for (const secret of store.list(SECRETS)) {
      if (secret['type'] !== 'kubernetes.io/service-account-token' || secret['data']?.token !== encoded) continue;
      const name = secret.metadata.annotations?.['kubernetes.io/service-account.name'] ?? '';
      const { namespace } = secret.metadata;
      const account = store.get(SERVICE_ACCOUNTS, namespace, name);
      if (account?.metadata.uid !== undefined && namespace !== undefined) return serviceAccountUser(namespace, name, account.metadata.uid);
    }
    return undefined;
  };
  const identifyToken = (token: string): UserInfo | undefined => {
    if (same(token, adminToken)) return { username: 'kubernetes-admin', groups: ['system:masters', 'system:authenticated'] };
    return fromJwt(token) ?? fromSecret(token);
  };
  /** A certificate that some CertificateSigningRequest of this cluster carries in its status. */
  const fromCertificate = (socket: TLSSocket): UserInfo | undefined => {
    const { raw } = socket.getPeerCertificate() as { raw?: Buffer };
    if (raw === undefined) return undefined;
    const isIssued = store.list(REQUESTS).some((request) => pemHolds(request['status']?.certificate, raw));
    if (!isIssued) return undefined;
    const certificate = new X509Certificate(raw);
    if (new Date(certificate.validTo).getTime() < Date.now()) return undefined;
    const part = (name: string): string[] =>
      certificate.subject.split('\n').flatMap((line) => (line.startsWith(`${name}=`) ? [line.slice(name.length + 1)] : []));
    return { username: part('CN')[0] ?? '', groups: [...part('O'), 'system:authenticated'] };
  };

  return {
    adminToken,
    identifyToken,
    identify(authorization, socket) {
      const [, token] = /^Bearer (.+)$/i.exec(authorization ?? '') ?? [];
      return token === undefined ? fromCertificate(socket) : identifyToken(token);
    },
    issue(serviceAccount, { expires, audiences, boundTo }) {
      const { namespace = '', name, uid = '' } = serviceAccount.metadata;
      const nowSeconds = Math.floor(Date.now() / 1000);
      const claims = {
        aud: audiences.length === 0 ? [ISSUER] : audiences,
        exp: Math.floor(expires.getTime() / 1000),
        iat: nowSeconds,
        nbf: nowSeconds,
        iss: ISSUER,
        jti: randomBytes(12).toString('hex'),
        'kubernetes.io': { namespace, serviceaccount: { name, uid }, ...(boundTo === undefined ? {} : { bound: boundTo }) },
        sub: `system:serviceaccount:${namespace}:${name}`,
      };
      const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
      return `${unsigned}.${sign(unsigned)}`;
    },
  };
};

interface Named {
  readonly name: string;
  readonly uid: string;
}

interface Claims {
  readonly exp: number;
  readonly jti: string;
  readonly 'kubernetes.io': { readonly namespace: string; readonly serviceaccount: Named; readonly bound?: Named & { readonly kind: string } };
}

const serviceAccountUser = (namespace: string, name: string, uid: string): UserInfo => ({
  username: `system:serviceaccount:${namespace}:${name}`,
  uid,
  groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, 'system:authenticated'],
});

const same = (a: string, b: string): boolean => {
  const [x, y] = [Buffer.from(a), Buffer.from(b)];
  return x.length === y.length && timingSafeEqual(x, y);
};

const pemHolds = (encodedPem: unknown, der: Buffer): boolean => {
  if (typeof encodedPem !== 'string' || encodedPem === '') return false;
  const pem = Buffer.from(encodedPem, 'base64').toString();
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return blocks.some((block) => new X509Certificate(block).raw.equals(der));
};
