import type { Step } from '../steps/context.ts';
import type { ApplyScope } from './apply-scope.ts';
import { verifyingClients } from './clients/verifying-clients.ts';
import { stepContext } from './step-contexts.ts';

const PATIENCE_MS = 5_000;

/** After a cancel hit an apply: what the cluster says now, in one sentence. Never fails. */
export const lookAfterCancel = async (step: Step, { tools }: ApplyScope): Promise<string> => {
  const ended = new AbortController();
  const patience = tools.clock.sleep(PATIENCE_MS, ended.signal).then(
    () => 'the cluster was not read again in time',
    () => '',
  );
  const looking = { ...tools, signal: ended.signal };
  try {
    return await Promise.race([patience, look(step, stepContext(looking, verifyingClients(looking)))]);
  } finally {
    ended.abort(new Error('looked again'));
  }
};

const look = async (step: Step, context: Parameters<Step['check']>[0]): Promise<string> => {
  try {
    const finding = await step.check(context);
    if (finding.kind === 'in-place') return `cancelled while applying; read again it is in place: ${finding.evidence}`;
    if (finding.kind === 'change') return `cancelled while applying; read again ${finding.changes.length} of its changes are missing`;
    return 'cancelled while applying; read again it is not in place';
  } catch {
    return 'cancelled while applying; it could not be read again';
  }
};
