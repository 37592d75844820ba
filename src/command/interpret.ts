import type { Interpreter, UseCases } from '../ports/use-cases.ts';
import { USE_CASES, type Command, type CommandContext, type FleetHere } from './command.ts';
import { fleetMeant } from './fleet-option.ts';
import { commandNamed, findCommand, parseArguments, refuseSecond } from './line.ts';
import { doneAgain, inThread } from './in-thread.ts';
import { meantBy } from './meant.ts';

/** A fleet of the installation, with who decides about it. */
interface InterpretedFleet extends FleetHere {
  /** Where it may be asked for; absent: wherever anything may. */
  readonly channels?: readonly string[];
  /** The use cases of this fleet; absent: those of all. */
  readonly runs?: UseCases;
}

interface Vocabulary {
  readonly commands: readonly Command[];
  readonly fleets: readonly InterpretedFleet[];
  /** For what names a run, or no fleet. */
  readonly runs: UseCases;
}

/**
 * What is typed after /pgdist, or after the bot's name in a thread, becomes the reply of one command; nothing typed is `help`. Whoever may not
 * ask for the verb's deed hears nothing but that. The fleet is found here, so that a verb knows of no other. Throws UserError.
 */
export const createInterpreter =
  ({ runs, commands, fleets }: Vocabulary): Interpreter =>
  async (text, asker) => {
    const here = fleets.filter(({ channels }) => channels?.includes(asker.channel) !== false);
    const databases = here.flatMap((fleet) => fleet.databases);
    const said = inThread(meantBy(text, { commands, databases }), asker.thread);
    if (said.kind === 'again') return { text: await doneAgain(runs, said.run, asker) };
    // In the thread of a run its database is that of its fleet, where another may have one of that name.
    const { verb, words, fleet: named = here.length > 1 ? said.ofFleet : undefined } = said;
    // Whoever mistypes hears what help tells, to whom help would tell it.
    await runs.admit(commandNamed(commands, verb)?.deed ?? 'help', asker);
    const command = findCommand(commands, verb, databases);
    refuseSecond(verb, words);
    const parsed = parseArguments(command, words, databases);
    const meant = fleetMeant({ line: [command.name, ...words].join(' '), values: parsed.values, named }, here);
    const around = meant === undefined ? { fleets: here, databases } : { fleets: [meant], databases: meant.databases };
    return await command.run({ ...asker, ...parsed }, { ...around, commands, runs: useCasesFor(command, meant?.runs ?? runs) });
  };

/** Only what the verb's deed calls for. */
const useCasesFor = ({ deed }: Command, runs: UseCases): CommandContext['runs'] =>
  Object.fromEntries(USE_CASES[deed].map((name) => [name, runs[name]])) as CommandContext['runs'];
