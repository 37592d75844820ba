import { z } from 'zod';
import { issueLine } from '../blocks/issue.ts';
import { validateBlocks } from '../blocks/validate.ts';
import { validateView } from '../blocks/views.ts';
import { SlackError } from '../slack-error.ts';
import { defineMethod } from './method.ts';
import { json } from './parameters.ts';

/** Public: takes no token. One of blocks, message and view. */
export const blocksValidate = defineMethod({
  name: 'blocks.validate',
  tier: 'unlimited',
  token: 'none',
  parameters: z.object({ blocks: json('invalid_arguments'), message: json('invalid_arguments'), view: json('invalid_arguments') }),
  call: ({ blocks, message, view }) => {
    if ([blocks, message, view].filter((given) => given !== undefined).length !== 1) throw new SlackError('invalid_arguments');
    const inMessage = z.object({ blocks: z.unknown() }).safeParse(message);
    const issues =
      view === undefined
        ? validateBlocks(inMessage.success ? inMessage.data.blocks : blocks, 'message', inMessage.success ? '/message/blocks' : '/blocks')
        : validateView(view);
    if (issues.length > 0) throw new SlackError('invalid_blocks', { errors: issues, response_metadata: { messages: issues.map(issueLine) } });
    return { errors: [] };
  },
});
