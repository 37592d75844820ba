import type { IncomingMessage } from 'node:http';
import { createAuthentication } from './auth/authentication.ts';
import { createAuthorization } from './auth/authorization.ts';
import { makeServingCertificate } from './auth/certificates.ts';
import type { ResolveService } from './admission/caller.ts';
import { createAdmission } from './admission/webhooks.ts';
import type { Cluster } from './cluster.ts';
import type { ApiObserver, KubernetesApi, KubernetesApiOptions, NodeBackend } from './contract.ts';
import { runDefinitions } from './controllers/definitions.ts';
import { runGarbageCollector } from './controllers/garbage-collector.ts';
import { runNamespaces } from './controllers/namespaces.ts';
import { runRoleAggregation } from './controllers/role-aggregation.ts';
import { seed } from './controllers/seed.ts';
import { createDiscovery } from './discovery/answers.ts';
import { createFaults } from './http/faults.ts';
import { listen, type Listener } from './http/listener.ts';
import { serve, toldOf } from './http/serve.ts';
import { createAddressAllocator } from './kinds/addresses.ts';
import { builtInTypes } from './kinds/built-in.ts';
import { createRegistry } from './kinds/registry.ts';
import { kubeconfigOf } from './kubeconfig.ts';
import { createUpgrades } from './pods/upgrade.ts';
import { createStore } from './store/store.ts';

export type * from './contract.ts';

/** A cluster's API server with an empty store of its own. What it does not do is done by its clients, as in a real cluster. */
export const startKubernetesApi = async ({ name, version = 'v1.35.4', port = 0, extraNames = [] }: KubernetesApiOptions): Promise<KubernetesApi> => {
  const certificate = await makeServingCertificate(name, extraNames);
  const store = createStore();
  const registry = createRegistry(builtInTypes());
  const authentication = createAuthentication(store);
  const observers = new Set<ApiObserver>();
  const authorization = createAuthorization(store, ({ username }, asked, allowed) => {
    for (const observer of observers) observer.authorized?.({ user: username, allowed, ...asked });
  });
  const controllers = [
    runDefinitions(store, registry),
    runNamespaces(store, registry),
    runGarbageCollector(store, registry),
    runRoleAggregation(store),
  ];
  const requests: string[] = [];
  let backend: NodeBackend | undefined;
  let resolver: ResolveService | undefined;
  const admission = createAdmission(store, (namespace, service, servicePort) => resolver?.(namespace, service, servicePort));
  const addresses = createAddressAllocator(name, store);
  const cluster: Cluster = { name, version, store, registry, authentication, authorization, admission, addresses, backend: () => backend };

  let listener: Listener | undefined;
  const controls = createFaults({
    setDown: (down) => listener?.setDown(down),
    dropConnections: () => listener?.dropConnections(),
    compact: () => store.compact(),
  });
  const discovery = createDiscovery(registry);
  const upgrades = createUpgrades(cluster, controls);
  const note = (request: IncomingMessage): void => {
    const told = toldOf(request);
    requests.push(`${told.method} ${told.url} ${told.userAgent}`);
    for (const observer of observers) observer.request?.(told);
  };
  const observe = (observer: ApiObserver): (() => void) => {
    for (const { group, plural } of registry.all())
      for (const object of store.list({ group, plural })) observer.change?.({ group, plural, type: 'ADDED', object });
    observers.add(observer);
    const stop = store.listen(({ group, plural }, { type, object }) => observer.change?.({ group, plural, type, object }));
    return () => {
      observers.delete(observer);
      stop();
    };
  };
  listener = await listen(certificate, port, {
    request(request, response) {
      note(request);
      void serve({ cluster, discovery, faults: controls }, request, response);
    },
    upgrade(request, socket, head) {
      note(request);
      void upgrades(request, socket, head);
    },
  });
  const url = `https://127.0.0.1:${listener.port}`;
  seed(store, { port: listener.port });

  return {
    name,
    url,
    caPem: certificate.caPem,
    adminToken: authentication.adminToken,
    kubeconfig: kubeconfigOf({ name, url, caPem: certificate.caPem, token: authentication.adminToken }),
    faults: controls.faults,
    requests,
    observe,
    setNodeBackend(next) {
      backend = next;
    },
    setServiceResolver(next) {
      resolver = next;
    },
    async close() {
      for (const stop of controllers) stop();
      await admission.close();
      await listener.close();
    },
  };
};
