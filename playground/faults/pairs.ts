/** Two faults at once, of which neither follows from the other, by id; the first is asked earlier by the procedure and must be named first. */
export const PAIRS: readonly (readonly [string, string])[] = [
  ['storage-class-deleted', 'replay-paused'],
  ['hub-work-webhook-scaled-to-0', 'writes-refused-by-a-setting'],
  ['feedback-gate-off', 'coredns-scaled-to-0'],
  ['kubeslice-controller-scaled-to-0', 'kubedb-provisioner-scaled-to-0'],
  ['licence-of-a-spoke', 'udp-between-gateways-blocked'],
  ['slice-block-removed-from-corefile', 'replay-paused'],
  ['licence-file-gone', 'synchronous-names-of-nobody'],
  ['kubedb-webhook-server-scaled-to-0', 'standby-container-stopped'],
  ['agent-rights-deleted', 'writes-refused-by-a-setting'],
  ['placement-policy-deleted', 'replay-paused'],
];
