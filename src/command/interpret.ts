import { namingFleet } from '../domain/naming-fleet.ts';
import { UserError } from '../domain/problem.ts';
import type { Text } from '../domain/text.ts';
import type { Asker, Interpreter, Reply, UseCases } from '../ports/use-cases.ts';
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
  /** Of the installation; default: `fleets`. */
  readonly everyFleet?: readonly FleetHere[];
}

/**
 * What is typed after /pgdist, or after the bot's name in a thread, becomes the reply of one command; nothing typed is `help`. Whoever may not
 * ask for the verb's deed hears nothing but that. The fleet is found here, so that a verb knows of no other. Throws UserError.
 */
export const createInterpreter =
  (vocabulary: Vocabulary): Interpreter =>
  async (text, asker) => {
    const { fleets, everyFleet = fleets } = vocabulary;
    const here = fleets.filter(({ channels }) => channels?.includes(asker.channel) !== false);
    const [only, another] = here;
    const naming = (meant = another === undefined ? only : undefined) => namingFleet(meant?.fleet.name, everyFleet);
    const line = await saying(naming(), () => understood(vocabulary, here, text, asker));
    return await saying(naming(line.meant), async () => {
      const reply = await line.answer();
      return { ...reply, text: naming(line.meant)(reply.text) };
    });
  };

/** Work whose refusals name the fleet in their lines. */
const saying = async <T>(naming: (text: Text) => Text, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw error instanceof UserError ? error.saying(naming(error.text)) : error;
  }
};

/** What a line asks for, and the fleet that it is about. */
interface Understood {
  readonly meant?: InterpretedFleet | undefined;
  answer(): Promise<Reply>;
}

const understood = async ({ runs, commands }: Vocabulary, here: readonly InterpretedFleet[], text: string, asker: Asker): Promise<Understood> => {
  const databases = here.flatMap((fleet) => fleet.databases);
  const said = inThread(meantBy(text, { commands, databases }), asker.thread);
  if (said.kind === 'again') return { answer: async () => ({ text: await doneAgain(runs, said.run, asker) }) };
  // In the thread of a run its database is that of its fleet, where another may have one of that name.
  const { verb, words, fleet: named = here.length > 1 ? said.ofFleet : undefined } = said;
  // Whoever mistypes hears what help tells, to whom help would tell it.
  await runs.admit(commandNamed(commands, verb)?.deed ?? 'help', asker);
  const command = findCommand(commands, verb, databases);
  refuseSecond(verb, words);
  const parsed = parseArguments(command, words, databases);
  const meant = fleetMeant({ line: [command.name, ...words].join(' '), values: parsed.values, named }, here);
  const around = meant === undefined ? { fleets: here, databases } : { fleets: [meant], databases: meant.databases };
  const answer = () => command.run({ ...asker, ...parsed }, { ...around, commands, runs: useCasesFor(command, meant?.runs ?? runs) });
  return { meant, answer };
};

/** Only what the verb's deed calls for. */
const useCasesFor = ({ deed }: Command, runs: UseCases): CommandContext['runs'] =>
  Object.fromEntries(USE_CASES[deed].map((name) => [name, runs[name]])) as CommandContext['runs'];
