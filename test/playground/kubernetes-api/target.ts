import { randomBytes } from 'node:crypto';
import type { ApiStatus } from '../../../src/kube-api/api-error.ts';
import { ApiError, connectApiServer, type ApiServer } from '../../../src/kube-api/api-server.ts';
import { startKubernetesApi } from '../../../playground/kubernetes-api/index.ts';
import type { Connection } from '../../../playground/control/kit.ts';

/** A cluster that cases run against: the double, or a real one. Cases expect what a real API server does and leave nothing behind but namespaces. */
export interface Target {
  readonly connection: Connection;
  readonly api: ApiServer;
  /** Those that cases made; they go with `close`. */
  readonly namespaces: string[];
  close(): Promise<void>;
}

export const targetOf = (connection: Connection, close: () => Promise<void>): Target => {
  const api = connectApiServer({
    server: connection.server,
    ca: connection.ca,
    userAgent: 'conformance/1',
    authorization: async () => `Bearer ${connection.token}`,
  });
  const namespaces: string[] = [];
  return {
    connection,
    api,
    namespaces,
    async close() {
      await Promise.allSettled(namespaces.map((name) => api.json('DELETE', `/api/v1/namespaces/${name}`)));
      await api.close();
      await close();
    },
  };
};

export const startDouble = async (name = 'tokyo') => {
  const double = await startKubernetesApi({ name });
  return { double, target: targetOf({ name, server: double.url, ca: double.caPem, token: double.adminToken }, () => double.close()) };
};

export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`;

/** A new namespace; its name. */
export const namespaceIn = async ({ api, namespaces }: Target): Promise<string> => {
  const name = uniqueName('conformance');
  await api.json('POST', '/api/v1/namespaces', { body: { apiVersion: 'v1', kind: 'Namespace', metadata: { name } } });
  namespaces.push(name);
  return name;
};

export type Answer = { metadata: Record<string, any>; spec?: any; status?: any; data?: any; items?: any; [field: string]: any };

/** The Status that a request is refused with. */
export const refusal = async (request: Promise<unknown>): Promise<ApiStatus> => {
  try {
    await request;
  } catch (error) {
    if (error instanceof ApiError) return error.status;
    throw error;
  }
  throw new Error('the request was not refused');
};

export const APPLY = 'application/apply-patch+yaml';
export const MERGE = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';

export const deployment = (name: string, change: Record<string, unknown> = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name },
  spec: {
    replicas: 2,
    selector: { matchLabels: { app: name } },
    template: {
      metadata: { labels: { app: name } },
      spec: { containers: [{ name: 'main', image: 'example.org/app:1', ports: [{ containerPort: 80 }] }] },
    },
    ...change,
  },
});

/** A definition of a kind with most of what a structural schema can say. */
export const definition = (group: string) => ({
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: `gadgets.${group}` },
  spec: {
    group,
    scope: 'Namespaced',
    names: { kind: 'Gadget', plural: 'gadgets', shortNames: ['gd'] },
    versions: [
      {
        name: 'v1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            properties: {
              spec: {
                type: 'object',
                required: ['size'],
                properties: {
                  size: { type: 'integer', minimum: 1, maximum: 5 },
                  mode: { type: 'string', enum: ['Fast', 'Safe'], default: 'Safe' },
                  code: { type: 'string', pattern: '^[a-z]+$', maxLength: 4 },
                  limit: { 'x-kubernetes-int-or-string': true },
                  free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
                  labels: { type: 'object', additionalProperties: { type: 'string' } },
                  parts: {
                    type: 'array',
                    'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['name'],
                    items: { type: 'object', required: ['name'], properties: { name: { type: 'string' }, weight: { type: 'integer' } } },
                  },
                  gates: { type: 'array', items: { type: 'object', properties: { feature: { type: 'string' } } } },
                },
              },
              status: { type: 'object', properties: { phase: { type: 'string' } } },
            },
          },
        },
      },
    ],
  },
});
