import { rebuilding } from './operations.ts';
import type { Problem } from './problem.ts';
import { bytesText } from './quantity.ts';
import type { PodReport, ServerReport, SlotSeen } from './replication-report.ts';
import { told } from './text.ts';

const LOST = ['lost', 'unreserved'];

/** A slot of ours that no longer keeps what its standby needs. Those of others cost them, not this database. */
export const slotRisk = ({ slots }: ServerReport, pods: readonly PodReport[], of: Parameters<typeof rebuilding>[1]): Problem[] =>
  slots
    .filter((slot) => LOST.includes(slot.walStatus ?? '') && standbyOf(slot, pods) !== undefined)
    .map((slot) => ({
      code: 'PGD-065' as const,
      what: told`replication slot ${slot.name} ${slot.walStatus === 'lost' ? 'lost' : 'is about to lose'} the WAL that standby ${standbyOf(slot, pods) ?? ''} needs`,
      evidence: [`wal_status is ${slot.walStatus}`, `${bytesText(slot.retainedBytes ?? 0)} retained, ${slot.active ? 'active' : 'inactive'}`],
      ...rebuilding(
        told`Drop the slot if its replica was removed. Else have KubeDB copy the standby anew (taken only while the database is Critical):`,
        of,
      ),
    }));

/** The primary keeps for it no longer what it needs. */
export const hasLostSlot = ({ slots }: ServerReport, pod: PodReport): boolean =>
  slots.some((slot) => slot.walStatus === 'lost' && standbyOf(slot, [pod]) !== undefined);

export const slotWarnings = ({ slots }: ServerReport, pods: readonly PodReport[]): string[] =>
  slots.flatMap((slot) => {
    const held = `holds ${bytesText(Math.max(0, slot.retainedBytes ?? 0))} of WAL`;
    if (standbyOf(slot, pods) !== undefined)
      return !slot.active && !LOST.includes(slot.walStatus ?? '') ? [`slot ${slot.name} is inactive and ${held}`] : [];
    const owner = ownerOf(slot);
    if (slot.walStatus === 'lost')
      return [
        `slot ${slot.name} (${owner}) lost the WAL that its reader needs, and holds none any more: the reader must start anew, the database is not touched`,
      ];
    if (slot.walStatus === 'unreserved') return [`slot ${slot.name} (${owner}) is about to lose the WAL that its reader needs, and ${held}`];
    return slot.active ? [] : [`slot ${slot.name} (${owner}) has no reader and ${held}: without a cap it fills the disk`];
  });

/** The expected pod whose slot it is, by who reads it or by its name: slot names take no '-'. */
const standbyOf = (slot: SlotSeen, pods: readonly PodReport[]): string | undefined =>
  slot.logical ? undefined : pods.find(({ pod }) => slot.app === pod || bare(pod) === bare(slot.name))?.pod;

const bare = (name: string): string => name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');

const ownerOf = ({ logical, plugin, database, app }: SlotSeen): string =>
  [
    logical
      ? `logical decoding${plugin === undefined ? '' : ` with ${plugin}`}${database === undefined ? '' : ` of database ${database}`}`
      : 'not of a standby of this database',
    ...(app === undefined || app === '' ? [] : [`read by ${app}`]),
  ].join(', ');
