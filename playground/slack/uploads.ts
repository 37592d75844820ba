import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody } from './http.ts';
import type { WebApi } from './web-api/serve.ts';
import type { Workspace } from './workspace.ts';

/** Bytes for a URL of files.getUploadURLExternal: exactly as many as were announced. */
export const takeUpload = async (
  { workspace: { files }, webApi }: { readonly workspace: Workspace; readonly webApi: WebApi },
  id: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> => {
  const content = await contentOf(request);
  webApi.at('upload', response, () => {
    const file = files.get(id);
    if (!file || file.content) return { status: 404, body: 'no such upload' };
    if (content.length !== file.length) return { status: 400, body: `expected ${file.length} bytes, got ${content.length}` };
    file.content = content;
    return { status: 200, body: `OK - ${content.length}` };
  });
};

/** The raw body, or the first file of a multipart form: Slack takes both. */
const contentOf = async (request: IncomingMessage): Promise<Buffer> => {
  const body = await readBody(request);
  const type = request.headers['content-type'] ?? '';
  if (!type.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  for (const part of form.values()) {
    return typeof part === 'string' ? Buffer.from(part) : Buffer.from(await part.arrayBuffer());
  }
  return Buffer.alloc(0);
};
