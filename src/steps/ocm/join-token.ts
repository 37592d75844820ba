import { z } from 'zod';
import type { ClusterReader } from '../../ports/cluster.ts';
import { AGENT_NAMESPACE } from './objects.ts';

/** Where join puts the kubeconfig with the token; the registration agent asks the hub with it until it has a certificate. */
export const JOIN_SECRET = { apiVersion: 'v1', kind: 'Secret', namespace: AGENT_NAMESPACE, name: 'bootstrap-hub-kubeconfig' } as const;
const secretSchema = z.object({ data: z.object({ kubeconfig: z.string().max(65_536) }) });
const claimsSchema = z.object({ jti: z.string().min(1) });

/**
 * Id under which the hub's API server knows the join token that lies on a spoke, as it stands in `extra` of what is made with it; undefined when no
 * such token lies there. The spoke may write there what it likes: the id of a token that it does not have gives it nothing.
 */
export const joinCredential = async (spoke: ClusterReader): Promise<string | undefined> => {
  const secret = secretSchema.safeParse(await spoke.read(JOIN_SECRET));
  if (!secret.success) return undefined;
  const kubeconfig = Buffer.from(secret.data.data.kubeconfig, 'base64').toString('utf8');
  const payload = /\btoken"?: *"?[A-Za-z0-9_-]+\.([A-Za-z0-9_-]+)\.[A-Za-z0-9_-]+/.exec(kubeconfig)?.[1];
  const claims = claimsSchema.safeParse(payload === undefined ? undefined : parsed(Buffer.from(payload, 'base64url').toString('utf8')));
  return claims.success ? `JTI=${claims.data.jti}` : undefined;
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
