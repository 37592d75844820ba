import { paragraph, type ProblemPage } from './page.ts';

/** Reaching clusters. */
export const REACHING = {
  'PGD-001': {
    title: 'cluster does not answer',
    meaning: paragraph`No API server answered at the address in the worker's kubeconfig: connection refused, no route, a name that does not resolve, TLS that
      does not fit, or 10 s without a word (2 s for status and verify). Or the kubeconfig does not lead there: no such context, a file that
      is gone, or what kubectl would refuse as well (\`docs/requirements.md\`). Or one answers with errors of its own (HTTP 429 and 5xx), maybe of one kind
      alone: then the message says that.`,
    looksAt: paragraph`the version of the API server, then asks nothing else of a cluster that is silent.`,
    remedy: paragraph`try \`kubectl --context CONTEXT version\` from where the worker runs. From elsewhere it proves nothing: firewalls and proxies differ.
      Mend the address, the authority or the proxy in the kubeconfig if it is that, and plan again or press Retry: the worker reads its
      kubeconfig again by itself, without a restart.`,
  },
  'PGD-002': {
    title: 'cluster refused the credentials or the permission',
    meaning: paragraph`The API server answered 401 or 403.`,
    looksAt: paragraph`SelfSubjectAccessReviews for each right that a step declares, before a plan, and at the refusal itself later. A missing right is told
      with the steps that need it.`,
    remedy: paragraph`renew the user of the context (its token, token file or certificate: the worker reads them again when they change and after a 401,
      without a restart), or apply the roles that \`npm run rbac -- --cluster NAME\` prints (\`docs/permissions.md\`). Where the kubeconfig
      says \`as\`, the roles are that user's; the user whose credentials are sent needs the verb \`impersonate\`. A context without a user
      is asked anonymously, and the evidence says so.`,
  },
  'PGD-003': {
    title: 'two contexts lead to the same cluster',
    meaning: paragraph`Two clusters of pgdist.yaml have one and the same namespace \`kube-system\`, by its UID.`,
    looksAt: paragraph`that UID behind every context.`,
    remedy: paragraph`give each cluster the \`context\` that leads to it. Copied kubeconfigs of k3s and kind often share their names.`,
  },
  'PGD-004': {
    title: 'cluster stopped answering during a step',
    meaning: paragraph`It answered before in this run. pgdist kept asking for as long as the step may take, at least a minute.`,
    looksAt: paragraph`each call; one without an answer is tried again with growing pauses, and the card says so.`,
    remedy: paragraph`bring the API server or the way to it back, then Retry.`,
  },
  'PGD-005': {
    title: 'a credential plugin failed or may not run',
    meaning: paragraph`The user of the context gets its credentials from a program (\`exec\` in the kubeconfig). Only the programs that \`credentialPlugins\`
      of pgdist.yaml names run in the worker; of the worker's environment they see PATH and HOME alone, and what the kubeconfig sets for
      them. They have 30 s, and one that fails is tried three times. A plugin that asks a person (\`interactiveMode: Always\`, a password)
      cannot work here: its input is empty.`,
    looksAt: paragraph`what the plugin prints, and its last line when it fails. What it gave is kept until \`expirationTimestamp\` or a 401.`,
    remedy: paragraph`name the plugin under \`credentialPlugins\`, exactly as the kubeconfig writes it (\`aws\`, \`gke-gcloud-auth-plugin\`, \`kubelogin\`),
      and bring it into the worker's image; or put a token or a client certificate into the kubeconfig. Set what it needs (AWS_PROFILE,
      AWS_WEB_IDENTITY_TOKEN_FILE) as \`env\` of the \`exec\` entry.`,
  },
  'PGD-006': {
    title: 'cluster answered with more than pgdist takes',
    meaning: paragraph`An answer of the API server, of one of its pods or of something in between was too large, too deep, compressed without having been
      asked for, no JSON, or sent elsewhere. One cluster must not stop the work on others, so such an answer is cut off and the step ends
      with this.`,
    looksAt: paragraph`the size of every answer while it comes: 8 MiB of JSON, 10 000 objects or 24 MiB for a list, 1 MiB for a log, a command's output or a
      refusal. The message names the request and the limit.`,
    remedy: paragraph`ask the same with kubectl (\`kubectl --context CONTEXT get --raw PATH | wc -c\`). Many objects: delete what was left behind, such as
      events, old releases of Helm or certificate requests. No JSON, or an answer that sends elsewhere: the address in the kubeconfig leads
      to a proxy or a login page.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
