import { startAdmissionServer } from '../admission-server.ts';
import { WEBHOOKS } from '../kinds.ts';
import type { Surroundings } from '../options.ts';
import type { ControllerSettings } from './settings.ts';
import { validateCluster } from './validate-cluster.ts';
import { validateProject } from './validate-project.ts';
import { validateSliceConfig } from './validate-slice-config.ts';
import type { Validator } from './validator.ts';
import { followCertificate } from './webhook-certificate.ts';

const NAME = 'kubeslice-controller-validating-webhook-configuration';

const RULES: Readonly<Record<string, { readonly resource: string; readonly operations: readonly string[]; readonly validate: Validator }>> = {
  '/validate-controller-kubeslice-io-v1alpha1-project': {
    resource: 'projects',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    validate: validateProject,
  },
  '/validate-controller-kubeslice-io-v1alpha1-cluster': {
    resource: 'clusters',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    validate: validateCluster,
  },
  '/validate-controller-kubeslice-io-v1alpha1-sliceconfig': {
    resource: 'sliceconfigs',
    operations: ['CREATE', 'UPDATE', 'DELETE'],
    validate: validateSliceConfig,
  },
};

interface Webhooks {
  /** Registers them and answers while the signal lasts. */
  serve(settings: ControllerSettings, active: AbortSignal): Promise<void>;
  unregister(): Promise<void>;
}

/** The controller's validating webhooks. They stay registered while the controller is down and then refuse everything, as failurePolicy Fail does. */
export const startWebhooks = async (around: Surroundings, signal: AbortSignal): Promise<Webhooks> => {
  const { hub, webhookAddress, onError } = around;
  let projectPrefix = 'kubeslice';
  const server = await startAdmissionServer(async (path, request) => RULES[path]?.validate(request, { hub, projectPrefix }), webhookAddress);
  signal.addEventListener('abort', () => void server.close(), { once: true });
  const register = async (caPem: string): Promise<void> => {
    await hub.apply({
      ...WEBHOOKS,
      metadata: { name: NAME },
      webhooks: Object.entries(RULES).map(([path, { resource, operations }]) => ({
        name: `v${resource.slice(0, -1)}.kb.io`,
        admissionReviewVersions: ['v1'],
        sideEffects: 'None',
        failurePolicy: 'Fail',
        timeoutSeconds: 10,
        clientConfig: { url: server.url(path), caBundle: Buffer.from(caPem).toString('base64') },
        rules: [{ apiGroups: ['controller.kubeslice.io'], apiVersions: ['v1alpha1'], operations, resources: [resource] }],
      })),
    });
  };
  let pod: AbortSignal | undefined;
  const turns = {
    async register() {
      const { caPem, serve } = await server.nextCertificate();
      await register(caPem);
      return serve;
    },
    pod: () => (pod?.aborted === false ? pod : undefined),
  };
  void followCertificate(around, turns, signal).catch(onError);
  return {
    async serve(settings, active) {
      projectPrefix = settings.projectPrefix;
      pod = active;
      server.listen(true);
      active.addEventListener('abort', () => server.listen(false), { once: true });
      await register(server.caPem);
    },
    unregister: () => hub.delete({ ...WEBHOOKS, name: NAME }),
  };
};
