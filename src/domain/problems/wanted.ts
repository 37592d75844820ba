import { paragraph, type ProblemPage } from './page.ts';

/** What the file or a person wants and pgdist does not do; their numbers are among those of DNS. */
export const WANTED = {
  'PGD-056': {
    title: 'a script would hold a secret',
    meaning: paragraph`\`/pgdist export\` writes what a cluster says of itself into the files of a script; something in one of them has the form of a credential.
      Files go to Slack and from there to disks, so the script was not made.`,
    looksAt: paragraph`every file of the script, with the redactor that guards messages and logs.`,
    remedy: paragraph`take the secret out of the object that the message names (a name of a node, a label, a value in pgdist.yaml), then
      export the run again.`,
  },
  'PGD-057': {
    title: 'a database that exists has other settings',
    meaning: paragraph`\`pgdist.yaml\` wants other resources, parameters, TLS, another streamingMode or another storage class than the database has. KubeDB changes the first three by an
      operation of its own, which restarts pods in an order that keeps a primary; an edit of the object would not. Nothing changes the streamingMode, nor the class of a volume claim.`,
    looksAt: paragraph`the fields of the object that the file names, and the claims of the replicas on their clusters; what it does not name may be as it is.`,
    remedy: paragraph`set the file to what the database has, or type the PostgresOpsRequest that the message has, and plan again when it is Successful.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
