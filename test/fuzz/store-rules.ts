import { APPROVERS, type Rights } from './people.ts';
import { seeds, type Target } from './target.ts';

const MOST_KEYS = 150;

/** Gives an input and says what it did to the store that nobody with these rights may do. The store is as before when it returns. */
export const underRules = async (target: Target, rights: Rights, give: () => Promise<string | undefined>): Promise<string | undefined> => {
  const before = await target.digests();
  const breach = await give();
  const after = await target.digests();
  if (breach !== undefined) return breach;
  if (rights === 'nothing' && after.all !== before.all) return 'the store changed by somebody who may do nothing';
  if (rights === 'start' && after.seeded !== before.seeded) return 'a run of others changed by somebody who may only start runs';
  const wrong = after.seeded === before.seeded ? undefined : await wrongApproval(target);
  if (after.seeded !== before.seeded || after.keys > MOST_KEYS) await target.reset();
  return wrong;
};

const wrongApproval = async (target: Target): Promise<string | undefined> => {
  for (const { id, approval: known } of seeds()) {
    const { approval, requestedBy } = (await target.run(id)) ?? {};
    if (approval === undefined || approval.by.userId === known?.by.userId) continue;
    if (!APPROVERS.includes(approval.by.userId)) return `run ${id} was approved by ${approval.by.userId}, who is no approver`;
    if (approval.by.userId === requestedBy?.userId) return `run ${id} was approved by who asked for it`;
  }
  return undefined;
};
