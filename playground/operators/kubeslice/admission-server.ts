import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { KubeObject } from '../../../src/kube-api/objects.ts';
import { serverCertificate } from '../../control/certificate.ts';

/** What the API server asks a webhook. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly kind: { readonly group: string; readonly version: string; readonly kind: string };
  readonly name: string;
  readonly namespace?: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly object?: KubeObject | null;
  readonly oldObject?: KubeObject | null;
}

/** One broken rule, as Kubernetes' field errors tell it. */
export interface FieldError {
  readonly type: 'Invalid value' | 'Required value' | 'Duplicate value' | 'Forbidden' | 'Internal error';
  readonly field: string;
  readonly value?: unknown;
  readonly message: string;
}

interface AdmissionServer {
  /** URL of a path. */
  url(path: string): string;
  /** The authority of the certificate that is served. */
  readonly caPem: string;
  /** Makes a new certificate with an authority of its own, which is served from `serve` on. */
  nextCertificate(): Promise<{ readonly caPem: string; serve(): void }>;
  /** While off, which it is at first, connections are dropped as if nothing listened. */
  listen(on: boolean): void;
  close(): Promise<void>;
}

const REASONS = {
  'Invalid value': 'FieldValueInvalid',
  'Required value': 'FieldValueRequired',
  'Duplicate value': 'FieldValueDuplicate',
  Forbidden: 'FieldValueForbidden',
  'Internal error': 'InternalError',
} as const;

/** HTTPS server at `address`, which the API server has to reach, that answers AdmissionReviews; a field error is answered as 422 Invalid. */
export const startAdmissionServer = async (
  review: (path: string, request: AdmissionRequest) => Promise<FieldError | undefined>,
  address = '127.0.0.1',
): Promise<AdmissionServer> => {
  let { certificate, key } = await serverCertificate('kubeslice-webhook', address);
  const server = createServer({ cert: certificate, key }, (request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { request: asked } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { request: AdmissionRequest };
      const error = await review(new URL(request.url ?? '/', 'https://localhost').pathname, asked);
      const answer = error === undefined ? { uid: asked.uid, allowed: true } : { uid: asked.uid, allowed: false, status: invalid(asked, error) };
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    })().catch(() => response.writeHead(500).end());
  });
  let listening = false;
  const admissionServer: AdmissionServer = {
    url: (path) => `https://${address}:${(server.address() as AddressInfo).port}${path}`,
    get caPem() {
      return certificate;
    },
    async nextCertificate() {
      const next = await serverCertificate('kubeslice-webhook', address);
      return {
        caPem: next.certificate,
        serve() {
          ({ certificate, key } = next);
          server.setSecureContext({ cert: certificate, key });
          server.closeAllConnections();
        },
      };
    },
    listen(on) {
      listening = on;
      if (!on) server.closeAllConnections();
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  server.on('connection', (socket) => {
    if (!listening) socket.destroy();
  });
  server.listen(0, address);
  await once(server, 'listening');
  return admissionServer;
};

const invalid = (request: AdmissionRequest, { type, field, value, message }: FieldError): Record<string, unknown> => {
  const { group, kind } = request.kind;
  const told = value === undefined ? `${type}: ${message}` : `${type}: ${JSON.stringify(value)}: ${message}`;
  return {
    apiVersion: 'v1',
    kind: 'Status',
    status: 'Failure',
    code: 422,
    reason: 'Invalid',
    message: `${kind}.${group} ${JSON.stringify(request.name)} is invalid: ${field}: ${told}`,
    details: { group, kind, name: request.name, causes: [{ reason: REASONS[type], message: told, field }] },
  };
};
