import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendText } from './http.ts';
import type { Workspace } from './workspace.ts';

/** Bytes for a URL of files.getUploadURLExternal: exactly as many as were announced. */
export const takeUpload = async ({ files }: Workspace, id: string, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const content = await contentOf(request);
  const file = files.get(id);
  if (!file || file.content) sendText(response, 404, 'no such upload');
  else if (content.length !== file.length) sendText(response, 400, `expected ${file.length} bytes, got ${content.length}`);
  else {
    file.content = content;
    sendText(response, 200, `OK - ${content.length}`);
  }
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
