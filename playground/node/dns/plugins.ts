/** Directives that CoreDNS has when built as it is released; any other one is an error. */
export const PLUGINS: ReadonlySet<string> = new Set(
  [
    'acl any auto autopath azure bind bufsize cache cancel chaos clouddns debug dns64 dnssec dnstap erratic errors etcd file forward geoip grpc',
    'grpc_server header health hosts https https3 import k8s_external kubernetes loadbalance local log loop metadata minimal multisocket nomad nsid',
    'on pprof prometheus quic ready reload rewrite root route53 secondary sign template timeouts tls trace transfer tsig view whoami',
  ].flatMap((line) => line.split(' ')),
);
