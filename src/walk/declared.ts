import { cut } from '../domain/cut.ts';
import type { Database } from '../domain/database.ts';
import type { Declared } from '../domain/declared.ts';
import { readAs } from '../steps/kube/read-as.ts';
import { postgresRef, postgresSchema } from '../steps/postgres/postgres-manifest.ts';
import { planningClients } from './clients/planning-clients.ts';
import type { WalkTools } from './tools.ts';

/** How the hub has the database now. Never rejects: what cannot be asked or read is not known, and the plan says why elsewhere. */
export const declaredNow = async (tools: WalkTools, database: Database): Promise<Declared> => {
  const { hub } = tools.fleet;
  try {
    const found = await planningClients(tools).remembering(hub).read(postgresRef(database));
    if (found === undefined) return { kind: 'new' };
    const { replicas, streamingMode, synchronousReplicationConfig, podTemplate } = readAs(postgresSchema, found, hub).spec;
    const placedBy = podTemplate.spec.podPlacementPolicy.name;
    const synchronous = otherThanDefault(synchronousReplicationConfig);
    return {
      kind: 'there',
      replicas,
      ...(streamingMode === undefined ? {} : { streamingMode }),
      ...(synchronous === undefined ? {} : { synchronous }),
      ...(placedBy === undefined ? {} : { placedBy }),
    };
  } catch (error) {
    return (error as { readonly name?: unknown }).name === 'KindMissingError' ? { kind: 'new' } : { kind: 'not-known' };
  }
};

/** KubeDB's default is any one standby, which has received what was committed. */
const DEFAULTS: Readonly<Record<string, unknown>> = { mode: 'Any', numSyncReplicas: 1, commitLevel: 'RemoteWrite' };

const otherThanDefault = (config: Readonly<Record<string, unknown>> | undefined): string | undefined => {
  const others = Object.entries(config ?? {}).filter(([field, value]) => value !== DEFAULTS[field]);
  return others.length === 0
    ? undefined
    : cut(others.map(([field, value]) => `${field} ${typeof value === 'string' ? value : JSON.stringify(value)}`).join(', '), 200);
};
