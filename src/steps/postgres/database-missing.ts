import type { Database } from '../../domain/database.ts';
import type { StepContext } from '../context.ts';
import { postgresRef } from './postgres-manifest.ts';
import { present } from '../kube/read.ts';

/** What every fact about a running database needs first: 'Postgres demo/postgres on hub' while it is not declared. */
export const databaseMissing = async (context: StepContext, database: Database): Promise<string | undefined> =>
  (await present(context.cluster(context.fleet.hub), postgresRef(database))) === undefined
    ? `Postgres ${database.namespace}/${database.name} on ${context.fleet.hub}`
    : undefined;
