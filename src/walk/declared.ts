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
    const { replicas, streamingMode, podTemplate } = readAs(postgresSchema, found, hub).spec;
    const placedBy = podTemplate.spec.podPlacementPolicy.name;
    return { kind: 'there', replicas, ...(streamingMode === undefined ? {} : { streamingMode }), ...(placedBy === undefined ? {} : { placedBy }) };
  } catch (error) {
    return (error as { readonly name?: unknown }).name === 'KindMissingError' ? { kind: 'new' } : { kind: 'not-known' };
  }
};
