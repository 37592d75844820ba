import type { Program } from '../../control/program.ts';
import { postgresPrograms } from '../../postgres/programs.ts';
import type { PostgresWorld } from '../../postgres/world.ts';
import { operatorClient, type Connection } from '../../control/kit.ts';
import { operatorProgram } from './operator-program.ts';

interface KubedbProgramsOptions {
  readonly world: PostgresWorld;
  /** The cluster whose nodes run them. */
  readonly connection: Connection;
  readonly now?: () => Date;
}

/** What runs in KubeDB's containers on the nodes of one cluster: database servers with their coordinators, and on the hub the operator. */
export const kubedbPrograms = ({ world, connection, now }: KubedbProgramsOptions): Program[] => {
  const client = operatorClient(connection, 'kubedb-pod');
  world.onClose(() => client.close());
  return [...postgresPrograms({ world, client }), operatorProgram({ client, time: world.time, ...(now === undefined ? {} : { now }) })];
};
