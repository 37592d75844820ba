import type { Database } from '../../domain/database.ts';
import { healthy } from '../../domain/finding.ts';
import type { Fleet } from '../../domain/fleet.ts';
import { byTyping } from '../../domain/problem.ts';
import { stepId } from '../../domain/step.ts';
import { awaitedStep } from '../awaited-step.ts';
import { awaited } from '../by-hand/lines.ts';
import type { Step } from '../context.ts';
import { secretKeysSchema } from '../kube/objects.ts';
import { readObject } from '../kube/read.ts';
import { databaseMissing } from './database-missing.ts';
import { kubectlIn } from '../../domain/terminal.ts';
import { told } from '../../domain/text.ts';
import { reading, rightsTo, watching } from '../rights.ts';
import { postgresRef } from './postgres-manifest.ts';
import { agentPods, kubedbPods } from '../pod-places.ts';
import { restingOnPods } from '../resting-on-pods.ts';

const KEYS = ['username', 'password'];

/** Secret NAME-auth with its two keys is on the cluster: pods there start with it, applications there log in with it. */
export const secretPresent = (fleet: Fleet, database: Database, cluster: string): Step =>
  restingOnPods([...kubedbPods(fleet), ...agentPods(cluster)], bareStep(fleet, database, cluster));

const VERIFY_MS = 180_000;

const bareStep = (fleet: Fleet, database: Database, cluster: string): Step => {
  const name = `${database.name}-auth`;
  return awaitedStep({
    id: stepId('postgres/secret-present', cluster),
    title: `credentials of ${database.name} are on ${cluster}`,
    stage: 'Postgres',
    cluster,
    verifyTimeoutMs: VERIFY_MS,
    byHand: async () => ({
      does: [],
      awaits: [awaited('create', { fleet, cluster, namespace: database.namespace, object: `secret/${name}`, timeoutMs: VERIFY_MS })],
    }),
    rights: [
      ...rightsTo("see the database's credentials on their way", fleet.hub, reading(postgresRef(database))),
      ...rightsTo(
        "see that the database's credentials are there",
        cluster,
        watching({ apiVersion: 'v1', kind: 'Secret', namespace: database.namespace, name }),
      ),
    ],
    missing: (context) => databaseMissing(context, database),
    async verify(context) {
      const ref = { apiVersion: 'v1', kind: 'Secret', namespace: database.namespace, name };
      const keys = await readObject(context.cluster(cluster), ref, secretKeysSchema);
      if (keys !== undefined && KEYS.every((key) => keys.includes(key)))
        return healthy(`Secret ${database.namespace}/${name} has ${KEYS.join(' and ')}`);
      const seen = keys === undefined ? 'does not exist' : `has the keys ${keys.join(', ') || 'none'}`;
      return {
        healthy: false,
        waitingFor: `Secret ${database.namespace}/${name} ${seen} on ${cluster}`,
        problem: {
          code: 'PGD-061',
          what: told`Credentials of ${database.name} are missing on ${cluster}`,
          evidence: [`Secret ${database.namespace}/${name} ${seen}`],
          ...byTyping(
            told`Look at its ManifestWork on the hub: KubeDB sends the Secret through it:`,
            kubectlIn(fleet.hub, cluster, `get manifestwork ${name} -o yaml`),
          ),
        },
      };
    },
  });
};
