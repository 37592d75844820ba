/** An address that somebody may set as the hub's, and why other clusters cannot use it; absent: they can. */
export interface HubAddress {
  readonly address: string;
  readonly why?: string;
}

const INSIDE = 'known inside one cluster only';
const SERVICE = 'the address of Service default/kubernetes inside';
const SELF = 'means the machine itself';

export const HUB_ADDRESSES: readonly HubAddress[] = [
  { address: 'https://10.250.0.10:6443' },
  { address: 'https://hub.example.com' },
  { address: 'https://[fd00::10]:6443' },
  { address: 'https://hub:6443' },
  { address: 'https://kubernetes.example.com' },
  { address: 'https://api.eu.svc.example.com' },
  { address: 'https://10.96.0.2:6443' },
  { address: 'https://kubernetes', why: INSIDE },
  { address: 'https://kubernetes.default', why: INSIDE },
  { address: 'https://kubernetes.default:443', why: INSIDE },
  { address: 'https://kubernetes.default.', why: INSIDE },
  { address: 'https://KUBERNETES.DEFAULT/api', why: INSIDE },
  { address: 'https://kubernetes.default.svc', why: INSIDE },
  { address: 'https://kubernetes.default.svc:6443/', why: INSIDE },
  { address: 'https://kubernetes.default.svc.cluster.local', why: INSIDE },
  { address: 'https://kubernetes.default.svc.cluster.local.:443', why: INSIDE },
  { address: 'https://kubernetes.default.svc.corp.example', why: INSIDE },
  { address: 'https://hub.kube-system.svc:6443', why: INSIDE },
  { address: 'https://hub.kube-system.svc.corp.local', why: INSIDE },
  { address: 'https://10.96.0.1', why: SERVICE },
  { address: 'https://10.96.0.1:443/', why: SERVICE },
  { address: 'https://0x0a600001', why: SERVICE },
  { address: 'https://127.0.0.1:6443', why: SELF },
  { address: 'https://[::1]:6443', why: SELF },
  { address: 'https://localhost:6443', why: SELF },
  { address: 'http://10.0.0.1:6443', why: 'speaks https' },
  { address: 'hub:6443', why: 'speaks https' },
  { address: '', why: 'not a URL' },
];
