import { dice } from './secrets.ts';

/** Lines as clusters, tools and databases tell them, without any secret: they must stay whole, byte for byte. */
export const harmlessLines = (): string[] => {
  const roll = dice(7);
  const hex = (length: number): string => Array.from({ length }, () => Math.floor(roll() * 16).toString(16)).join('');
  const uid = (): string => `${hex(8)}-${hex(4)}-4${hex(3)}-a${hex(3)}-${hex(12)}`;
  const image = (): string => `ghcr.io/kubedb/postgres:17.2@sha256:${hex(64)}`;
  const generated = Array.from({ length: 20 }, () => [
    `Successfully pulled image "${image()}" in 1.2s (1.2s including waiting). Image size: 45123456 bytes.`,
    `Pod "postgres-${Math.floor(roll() * 9)}" (uid ${uid()}) was evicted`,
    `commit ${hex(40)} of branch main`,
    `0/${Math.floor(roll() * 0xff)
      .toString(16)
      .toUpperCase()}A5F2C8 | 0/${hex(7).toUpperCase()} | streaming | lag 0 bytes`,
    `plan digest ${hex(64)} (${hex(12)})`,
    `ReplicaSet "coredns-${hex(9)}" has timed out progressing.`,
    `postgres-0.17${hex(14)}: Normal Scheduled`,
  ]).flat();
  return [...generated, ...SENTENCES];
};

const SENTENCES = `
password authentication failed for user "app"
FATAL:  password authentication failed for user "postgres"
FATAL:  no password supplied
fe_sendauth: no password supplied
invalid password for role "replicator"
the password of user app has expired
password must be at least 8 characters
Error from server (NotFound): secrets "postgres-auth" not found
Secret demo/postgres-auth does not exist on tokyo
couldn't find key password in Secret demo/postgres-auth
MountVolume.SetUp failed for volume "auth" : secret "postgres-auth" not found
Error: couldn't find key POSTGRES_PASSWORD in Secret demo/postgres-auth
references non-existent secret key: ca.crt
spec.authSecret.name: postgres-auth
secretName: postgres-auth
secret: postgres-auth
{"secretName":"postgres-server-cert","optional":true}
{"secret":"postgres-auth"}
imagePullSecrets: [{name: regcred}]
spec.password: Required value
spec.authSecret.password: Required value: must be set
spec.token: Invalid value: must not be empty
token: required
the token has expired
Unauthorized: the provided token is expired
bearer token is missing
invalid bearer token
basic authentication is disabled
Basic constraints: CA is false
Unexpected token '<', "<html><bod"... is not valid JSON
unexpected token } in JSON at position 12
error: unknown flag: --tokens
flag needs an argument: --token
the --hub-token flag is required
--password is deprecated, use --password-stdin
authorization: header is missing
authorization mode is Node,RBAC
--authorization-mode=Node,RBAC
authorization.k8s.io/v1 SelfSubjectAccessReview
authentication.k8s.io/v1 TokenReview
serviceaccounts/token is forbidden
User "system:serviceaccount:pgdist:pgdist" cannot get resource "secrets" in API group "" in the namespace "demo"
User "system:bootstrap:abcdef" cannot list resource "nodes"
type: kubernetes.io/service-account-token
serviceAccountToken: 3607
expirationSeconds: 3607
tokenFile: /var/run/secrets/kubernetes.io/serviceaccount/token
passwordFile=/run/secrets/password
password_encryption = scram-sha-256
primary_conninfo = 'user=postgres passfile=/run/pgpass host=postgres-0 port=5432 sslmode=prefer'
host all all 0.0.0.0/0 scram-sha-256
SecretsNotFound: 2 of 3
max_tokens=100
PWD=/home/postgres
pass: 12 fail: 3
license: Apache-2.0
licence: expired
license verification failed: cluster uid does not match
credentials: expired
could not load credentials from /home/app/.kube/config
image ghcr.io/org/token:v1.2.3 cannot be pulled
image registry.example:5000/team/secret-store:1.0 is not there
docker.io/library/busybox:1.37
oci://ghcr.io/appscode-charts/kubedb
oci://ghcr.io/appscode-charts/kubedb@sha256:3f9c0e
https://10.0.0.1:6443/apis/apps/v1/namespaces/demo/deployments?limit=500
https://hub.example:6443/api/v1/namespaces/kube-system/configmaps/coredns?fieldManager=pgdist&dryRun=All
Get "https://10.96.0.1:443/api?timeout=32s": dial tcp 10.96.0.1:443: connect: connection refused
http://localhost:8080/healthz returned 500
https://docs.example/problems.md#pgd-041
see https://kubernetes.io/docs/concepts/configuration/secret/ for more
mailto:ops@example.com
ssh git@github.com failed
dial tcp: lookup postgres-0.postgres-pods.demo.svc.slice.local on 10.43.0.10:53: no such host
failed calling webhook "postgreswebhook.validators.kubedb.com": Post "https://kubedb.kubedb.svc:443/validate?timeout=10s": EOF
conversion webhook for kubedb.com/v1alpha2, Kind=Postgres failed: service not found
conflict with "helm" using apps/v1: .spec.replicas
x509: certificate signed by unknown authority
x509: certificate is valid for kubernetes, kubernetes.default, not hub.example
subject=CN=system:open-cluster-management:tokyo:agent-4x7k9, O=system:open-cluster-management:tokyo
CN=kube-apiserver,O=Acme Corp,C=DE
SHA256 Fingerprint=AA:BB:CC:11:22:33:44:55
CertificateSigningRequest tokyo-abc12 is not approved
csr-x7k2p approved
postgres-0 streaming from postgres-1, lag 0 bytes
application_name=postgres-1 state=streaming sync_state=async
postgres-1 | streaming | 0/3000148 | 0/3000148 | 00:00:00.012
slot "postgres_1" is active
LOG:  redo starts at 0/2000028
restart_lsn 0/3000060 is behind by 16 MB
checkpoint complete: wrote 44 buffers (0.3%)
pg_stat_replication has no rows
run r7k2m9 was approved by U0BOB at 2026-11-28T01:02:03Z
run r-abcdef waits for approval
PGD-041 licence was issued for another cluster
0 of 3 nodes are available: 3 Insufficient cpu. preemption: 0/3 nodes are available
node(s) had untolerated taint {node-role.kubernetes.io/control-plane: }
Back-off restarting failed container postgres in pod postgres-0_demo(6f9d8c7b-1a2b-4c3d-8e4f-5a6b7c8d9e0f)
Readiness probe failed: dial tcp 10.42.0.12:5432: connect: connection refused
Liveness probe failed: HTTP probe failed with statuscode: 500
Error: INSTALLATION FAILED: cannot re-use a name that is still in use
Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress
Release "kubedb" does not exist. Installing it now.
Release "kubedb" has been upgraded. Happy Helming!
helm.sh/release.v1 sh.helm.release.v1.kubedb.v1
clusteradm join --hub-apiserver https://hub.example:6443 --cluster-name tokyo
Please log onto the hub cluster and run the following command: clusteradm accept --clusters tokyo
CRD successfully installed
Klusterlet.status.conditions: Available is False (KlusterletUnavailable)
deployment "klusterlet-work-agent" exceeded its progress deadline
ManagedClusterJoined is False: the agent has not joined
forward . 10.43.0.7
slice.local:53 { errors cache 30 forward . 10.43.0.7 }
SERVFAIL for postgres-0.demo.svc.slice.local
key: value
key "password" not found
"password" is not a field of Postgres
no such key: token-ttl
map[app:postgres role:primary]
annotation kubectl.kubernetes.io/last-applied-configuration is too long
the object has been modified; please apply your changes to the latest version and try again
etcdserver: request timed out
context deadline exceeded
TLS handshake timeout
unexpected EOF
exit code 137 (OOMKilled)
sk-this-is-a-resource-name
task-runner-0 is waiting
disk-pressure on node-1
s.example.com does not resolve
abcdef.example.com does not resolve
tunnel.17d3f1a2b3c4d5e6 Warning Unhealthy
2026-11-28T01:02:03.004Z step ended
bandwidthCeilingKbps: 102400
10.1.0.0/16 overlaps 10.1.32.0/20
wg0: handshake did not complete after 5 seconds
UDP 30000-33000 is closed
ERROR:  password is required for user "app"
ERROR:  role "app" cannot be granted: password is wrong
password is missing
the password is not set in Secret demo/postgres-auth
password was rejected by the server
HINT:  Passwords must be identified by a role first.
FATAL:  password authentication failed for user "postgres" DETAIL: Connection matched pg_hba.conf line 99: "host all all all scram-sha-256"
DETAIL:  User "app" has no password assigned.
ALTER ROLE app VALID UNTIL 'infinity'
CREATE ROLE replicator LOGIN REPLICATION
ALTER SYSTEM SET wal_level = 'replica'
statement: SELECT client_addr, state FROM pg_stat_replication
no entry for host "10.0.0.1", user "app", database "postgres", SSL on
machine type e2-standard-4 login is closed
::ffff:10.0.0.1:5432:abcd:1234:5678
2001:db8:0:1:2:3:4:5 is not reachable
fe80::42:acff:fe11:2 on eth0
02:42:ac:11:00:02 is the address of the bridge
coredns.go:123: listening on [::]:53
main.go:41:12: undefined: token
file:///app/src/worker.ts:96:12
at startWorker (file:///app/src/execution/start-worker.ts:25:3)
2026-11-28 01:02:03.004:WARN:main:closed
docker pull ghcr.io/appscode/petset:v0.0.8
helm upgrade --install kubedb oci://ghcr.io/appscode-charts/kubedb --version v2026.2.26 --namespace kubedb --wait
docker run -u 1000:1000 -p 8080:80 nginx
kubectl get pods -n demo -o wide
kubectl logs -p postgres-0 -n demo
curl -sS -u failed
curl --user-agent pgdist/1.0 https://hub.example:6443/version
redis-cli -h cache ping
mysql --protocol=tcp -h db
clusteradm accept --clusters tokyo --wait
--certificate-authority=/etc/kubernetes/pki/ca.crt
--tls-private-key-file=/etc/kubernetes/pki/apiserver.key
--client-ca-file=/etc/kubernetes/pki/ca.crt
--service-account-key-file=/etc/kubernetes/pki/sa.pub
lrwxrwxrwx 1 root root 12 Nov 28 01:02 token -> ..data/token
lrwxrwxrwx 1 root root 15 Nov 28 01:02 password -> ..data/password
data: {}
data:
stringData is merged into data
kind: SecretProviderClass
ConfigMap pgdist/coredns: data.Corefile: 312 bytes -> 420 bytes
spec.replicas: 3 -> 5
p a s s
n e w l i n e
0% done, 25% of 3 pods
%41 of the volume is used
100%25 encoded
/api/v1/namespaces/demo/pods?labelSelector=app.kubernetes.io%2Fname%3Dpostgres
naïve façade: Größe 5 GiB, über 3 Knoten
état : prêt
<password> is a placeholder
<b>token</b> has no value
response="ok"
"encrypt": "aes"
"d": "short"
MIIB is how DER starts in base64
bot123 is waiting
U0ALICE asked in C0DATABASES at 1700000000.000100
run rn3x9 of plan 4f9c1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7
block rn3x9:0:4f9c1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4c5d6e7
sh.helm.release.v1.kubedb.v12 is 1048576 bytes
cG9zdGdyZXM is the name of a bucket
unseal key is missing
the recovery key is not known
the client assertion has expired
`
  .trim()
  .split('\n');
