import type { Text } from '../domain/text.ts';
import type { AskingAgain } from '../ports/use-cases.ts';
import { doRunDeed } from './deed.ts';
import { started } from './sentences.ts';
import { newlyStarted } from './start-run.ts';
import { workersOf, type RunDeps } from './use-case.ts';

/** A look, the run's own question once more, or a deploy that mends what it found: a run of its own, which goes through its own plan and approval. */
export const askAgain = async (deps: RunDeps, question: AskingAgain): Promise<Text> => {
  const { deed, by, channel, idempotencyKey, responseUrl } = question;
  const run = await doRunDeed(deps, deed, question, async (permit) => {
    const about = await permit();
    const kind = deed === 'plan-repair' ? 'deploy' : deed === 'ask-again' && about.kind === 'status' ? 'status' : 'verify';
    const order = {
      kind,
      database: about.database.name,
      by,
      channel,
      idempotencyKey,
      ...(responseUrl === undefined ? {} : { responseUrl }),
      ...(kind === 'status' && about.private === true ? { private: true } : {}),
      ...(kind === 'status' && about.picture === true ? { picture: true as const } : {}),
      ...(deed === 'ask-again' && about.explains === true ? { explains: true as const } : {}),
    } as const;
    return newlyStarted(deps, order, alreadyIntended);
  });
  return started(run, workersOf(deps));
};

/** The permit recorded that the question is asked anew. */
const alreadyIntended = (): Promise<void> => Promise.resolve();
