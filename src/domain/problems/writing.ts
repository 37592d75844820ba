import { paragraph, type ProblemPage } from './page.ts';

/** Objects that pgdist writes. */
export const WRITING = {
  'PGD-080': {
    title: 'another field manager holds a field',
    meaning: paragraph`Somebody else applied the same field of the same object. pgdist never takes a field by force.`,
    looksAt: paragraph`the conflict that the API server reports: manager and field.`,
    remedy: paragraph`have that manager set the wanted value or give the field up.`,
  },
  'PGD-081': {
    title: 'another pgdist holds the fleet',
    meaning: paragraph`Lease \`pgdist/pgdist\` on the hub names another installation. Two would undo each other's work.`,
    looksAt: paragraph`the holder and its last renewal; it renews its own Lease during a deploy.`,
    remedy: paragraph`use that installation. If it is gone for good, or its Redis was lost, delete the Lease and plan again.`,
  },
  'PGD-082': {
    title: 'plan no longer fits',
    meaning: paragraph`Between approval and the first write something changed on the clusters; or a run that another worker went on with would have had to do
      more than was approved.`,
    looksAt: paragraph`the digest of what was promised, computed again before the first write, and later at every change that remains.`,
    remedy: paragraph`read what changed, then Plan again.`,
  },
  'PGD-083': {
    title: 'an object or kind is missing',
    meaning: paragraph`It should be there, because everything that makes it is in place and healthy.`,
    looksAt: paragraph`the object, then at the health of every step before it.`,
    remedy: paragraph`find out who removed it. Put it back, or remove what should have made it, so that a deploy makes both again.`,
  },
  'PGD-084': {
    title: 'cluster refused the object',
    meaning: paragraph`Validation or an admission webhook said no, or a webhook that guards the object gave no answer for three minutes, to pgdist or to
      helm.`,
    looksAt: paragraph`the refusal, word for word.`,
    remedy: paragraph`correct what it names. A policy engine (Kyverno, Gatekeeper) names its rule there. For a webhook without an
      answer: bring its pods back, or delete its configuration if its product is gone.`,
  },
  'PGD-085': {
    title: 'an object cannot be read',
    meaning: paragraph`A field that a write of pgdist's rests on is missing or has another form than in the versions that pgdist knows. A guess would be
      written back, so nothing is.`,
    looksAt: paragraph`the object itself; fields that it only shows never stop it.`,
    remedy: paragraph`compare the named fields with the product's documentation: correct the object, or install the version of the product that pgdist.yaml
      names.`,
  },
  'PGD-088': {
    title: 'an object is being deleted',
    meaning: paragraph`A namespace, a work or a membership that a deploy builds on is on its way out, and a finalizer holds it. What is written into it is
      refused, or goes with it.`,
    looksAt: paragraph`its deletion time, its finalizers, and for a namespace at what its conditions say holds the content.`,
    remedy: paragraph`let the deletion end. If it hangs, see that the controller of the finalizer named there runs; where that is gone for good, take the
      finalizer off by hand.`,
  },
  'PGD-089': {
    title: 'a dry run brought no verdict',
    meaning: paragraph`The API server gave no answer in time, or an error of its own, to a write that was only to be tried. It may answer everything else: a
      dry run asks the admission webhooks of the kind, and one that hangs holds up the answer.`,
    looksAt: paragraph`what came back, word for word.`,
    remedy: paragraph`look at the webhooks of the kind (\`kubectl get validatingwebhookconfigurations,mutatingwebhookconfigurations\`), their pods and their
      time-outs, then plan again.`,
  },
} as const satisfies Readonly<Record<string, ProblemPage>>;
