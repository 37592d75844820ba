import type { Command, FleetHere } from '../src/command/command.ts';
import { SLASH } from '../src/ports/use-cases.ts';
import { startRun } from '../src/command/start.ts';
import { databaseMeant, formFor } from '../src/command/which-database.ts';
import { joined, type Text, told } from '../src/domain/text.ts';

const status: Command<'status'> = {
  name: 'status',
  deed: 'status',
  summary: 'ask the clusters and PostgreSQL how a database is now; --private answers to you alone, --picture adds a picture of the fleet',
  usage: 'status [database] [--private] [--picture]',
  async run(invocation, context) {
    const name = databaseMeant(invocation, context);
    if (name !== undefined) return await startRun('status', name, invocation, context);
    const several = context.fleets.length > 1;
    return {
      ...(invocation.way === 'command' ? formFor('status', context.fleets) : {}),
      text: joined(
        context.fleets.flatMap((fleet) => listOf(fleet, several)),
        '\n',
      ),
    };
  },
};
export default status;

const listOf = ({ fleet, databases }: FleetHere, several: boolean): readonly Text[] => [
  told`Fleet **${fleet.name}** has ${databases.length === 1 ? '1 database' : `${databases.length} databases`}. Ask for one: \`${SLASH} status <database>${several ? ` --fleet ${fleet.name}` : ''}\``,
  ...databases.map(
    ({ name, version, replicas, namespace, placement }) =>
      told`\`${name}\` · version ${version}, ${replicas} replicas in namespace ${namespace} on ${Object.keys(placement).join(', ')}`,
  ),
];
