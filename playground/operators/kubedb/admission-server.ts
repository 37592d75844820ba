import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Mutable } from '../../control/kit.ts';
import { serverCertificate } from '../../control/certificate.ts';

/** What the API server asks a webhook. */
export interface AdmissionRequest {
  readonly uid: string;
  readonly name: string;
  readonly namespace?: string;
  readonly operation: 'CREATE' | 'UPDATE' | 'DELETE';
  readonly object?: Mutable | null;
  readonly oldObject?: Mutable | null;
}

/** Allowed, allowed with another spec, or denied with the reason that people are told. */
export type Admission =
  | { readonly allowed: true; readonly spec?: unknown; readonly labels?: Readonly<Record<string, string>> | undefined }
  | { readonly allowed: false; readonly message: string };

export interface AdmissionServer {
  url(path: string): string;
  /** For caBundle: PEM in base64. */
  readonly caBundle: string;
  close(): Promise<void>;
}

/** HTTPS server at `address`, which the API server has to reach, that answers AdmissionReviews. A path for which `listens` is false is not answered, as when its pod is down. */
export const startAdmissionServer = async (
  review: (path: string, request: AdmissionRequest) => Promise<Admission>,
  listens: (path: string) => boolean,
  address = '127.0.0.1',
): Promise<AdmissionServer> => {
  const { certificate, key } = await serverCertificate('kubedb-webhook', address);
  const server = createServer({ cert: certificate, key }, (request, response) => {
    void (async () => {
      const path = new URL(request.url ?? '/', 'https://localhost').pathname;
      if (!listens(path)) {
        request.socket.destroy();
        return;
      }
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { request: asked } = JSON.parse(Buffer.concat(chunks).toString('utf8')) as { request: AdmissionRequest };
      const answer = responseTo(asked, await review(path, asked));
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ apiVersion: 'admission.k8s.io/v1', kind: 'AdmissionReview', response: answer }));
    })().catch(() => response.writeHead(500).end());
  });
  server.listen(0, address);
  await once(server, 'listening');
  return {
    url: (path) => `https://${address}:${(server.address() as AddressInfo).port}${path}`,
    caBundle: Buffer.from(certificate).toString('base64'),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
};

const responseTo = (request: AdmissionRequest, admission: Admission): Record<string, unknown> => {
  const { uid } = request;
  if (!admission.allowed) return { uid, allowed: false, status: { code: 403, reason: 'Forbidden', message: admission.message } };
  if (admission.spec === undefined) return { uid, allowed: true };
  const patch = [
    { op: request.object?.spec === undefined ? 'add' : 'replace', path: '/spec', value: admission.spec },
    ...(admission.labels === undefined ? [] : [{ op: 'add', path: '/metadata/labels', value: admission.labels }]),
  ];
  return { uid, allowed: true, patchType: 'JSONPatch', patch: Buffer.from(JSON.stringify(patch)).toString('base64') };
};
