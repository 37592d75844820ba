import { z } from 'zod';
import { newFileId } from '../ids.ts';
import { defineMethod } from './method.ts';
import { id } from './parameters.ts';

export const filesGetUploadUrlExternal = defineMethod({
  name: 'files.getUploadURLExternal',
  tier: 'tier4',
  scope: 'files:write',
  parameters: z.object({ filename: id, length: z.coerce.number().int().min(1), alt_txt: z.string().max(1000).optional() }),
  call: (given, { workspace }) => {
    const fileId = newFileId();
    workspace.files.set(fileId, {
      id: fileId,
      name: given.filename,
      title: given.filename,
      alt: given.alt_txt ?? '',
      content: undefined,
      length: given.length,
      shared: false,
    });
    return { upload_url: `${workspace.origin}/upload/v1/${fileId}`, file_id: fileId };
  },
});
