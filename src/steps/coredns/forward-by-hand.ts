import { createHash } from 'node:crypto';
import { bash, type ByHand, says } from '../../domain/by-hand.ts';
import { clusterNamed, type Fleet } from '../../domain/fleet.ts';
import { type Problem } from '../../domain/problem.ts';
import { plainText } from '../../domain/text.ts';
import { fileWord, kubectl } from '../by-hand/lines.ts';
import { dnsServiceRef } from '../kubeslice/objects.ts';
import { DNS_NAMESPACE } from './dns-service.ts';
import { BEFORE, insteadOfText } from './before-edit.ts';
import type { ForwardTarget } from './forward-target.ts';
import { editBetween } from './text-edit.ts';

interface Forwarding {
  readonly fleet: Fleet;
  readonly cluster: string;
  /** As it is now, its `wanted` with `address` where the address of KubeSlice's DNS belongs. */
  readonly target: ForwardTarget | Problem | undefined;
  readonly address: string;
  /** Annotation of the pods: for what they were restarted. */
  readonly restartedFor: string;
  readonly timeoutMs: number;
}

/**
 * The edit of CoreDNS's text that pgdist would make, with the address that KubeSlice's DNS has when the script runs; only of the text that was read when
 * the script was made, which is known by its sum: of the text itself, which may be of a MiB and hold what is secret, nothing but the edit is written. Where the
 * DNS is none that pgdist edits, who runs the script is told what to do.
 */
export const forwardByHand = ({ fleet, cluster, target, address, restartedFor, timeoutMs }: Forwarding): ByHand => {
  const asked = bash`address=
until_told ${Math.ceil(timeoutMs / 1000)} ${`the address of KubeSlice's DNS on ${cluster}`} ${kubectl(fleet, cluster, dnsServiceRef.namespace)} get service ${dnsServiceRef.name} --ignore-not-found -o jsonpath={.spec.clusterIP}
address=$told`;
  if (target === undefined || 'code' in target) {
    const todo =
      target === undefined
        ? `Have the DNS of ${cluster} forward slice.local to KubeSlice's DNS`
        : `${plainText(target.what)}. ${plainText(target.remedy).replaceAll(address, "(the address of KubeSlice's DNS)")}`;
    return { does: [asked, says(todo), bash`say ${"The address of KubeSlice's DNS is"} "$address"`, bash`pause`], awaits: [] };
  }
  const { configMap, key, text = '', wanted, deployment } = target;
  const { keep, rest, insert } = editBetween(text, wanted, address);
  const around = Buffer.concat([Buffer.from(text).subarray(0, keep), Buffer.from(text).subarray(Buffer.byteLength(text) - rest)]);
  const edit = { file: { name: `${fileWord(configMap)}-edit@${fileWord(cluster)}.txt`, content: insert } };
  const place = `${configMap} ${key} `;
  return {
    does: [
      asked,
      bash`before=${sumOf(text)} around=${sumOf(around)} keep=${keep} rest=${rest}
forward_slice_names ${clusterNamed(fleet, cluster).context} ${DNS_NAMESPACE} ${configMap} ${key} ${edit} ${address} ${BEFORE} ${insteadOfText(target) ?? ''}`,
      bash`hash=$(printf %s ${place}"$address" | sha256)
run ${kubectl(fleet, cluster, DNS_NAMESPACE)} patch deployment ${deployment} -p ${`{"spec":{"template":{"metadata":{"annotations":{"${restartedFor}":"`}"$hash"'"}}}}}'`,
    ],
    awaits: [
      bash`run ${kubectl(fleet, cluster, DNS_NAMESPACE)} rollout status ${`deployment/${deployment}`} ${`--timeout=${Math.ceil(timeoutMs / 1000)}s`}`,
    ],
  };
};

/** As `sha256` of the script tells it. */
const sumOf = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex').slice(0, 16);
