import { z } from 'zod';
import type { Block } from '../block.ts';

const element = z.looseObject({
  type: z.string(),
  action_id: z.string(),
  value: z.string().optional(),
  text: z.unknown().optional(),
  style: z.string().optional(),
  options: z.array(z.looseObject({ value: z.string() })).optional(),
  option_groups: z.array(z.looseObject({ options: z.array(z.looseObject({ value: z.string() })) })).optional(),
});
type Element = z.infer<typeof element>;

export interface Placed {
  readonly element: Element;
  readonly blockId: string;
}

/** Everything a person can press or fill in, with the block it stands in. */
export const elementsOf = (blocks: readonly Block[]): Placed[] =>
  blocks.flatMap((block) => {
    if (block.type === 'container') return elementsOf(z.array(z.custom<Block>()).parse(block['child_blocks']));
    const candidates: unknown[] = [
      ...(block.type === 'actions' && Array.isArray(block['elements']) ? block['elements'] : []),
      block['accessory'],
      block['element'],
    ];
    return candidates.flatMap((candidate) => {
      const parsed = element.safeParse(candidate);
      return parsed.success ? [{ element: parsed.data, blockId: block.block_id ?? '' }] : [];
    });
  });

/** The chosen thing, in the members that Slack gives it for this type of element. */
export const selection = (given: Element, chosen: readonly string[]): Record<string, unknown> => {
  const options = [...(given.options ?? []), ...(given.option_groups ?? []).flatMap((group) => group.options)];
  const picked = chosen.map((value) => options.find((option) => option.value === value)).filter((option) => option !== undefined);
  const [first] = chosen;
  switch (given.type) {
    case 'static_select':
    case 'radio_buttons':
    case 'overflow':
      return { selected_option: picked[0] ?? null };
    case 'multi_static_select':
    case 'checkboxes':
      return { selected_options: picked };
    case 'users_select':
      return { selected_user: first ?? null };
    case 'multi_users_select':
      return { selected_users: [...chosen] };
    case 'datepicker':
      return { selected_date: first || null };
    case 'timepicker':
      return { selected_time: first || null };
    case 'datetimepicker':
      return { selected_date_time: first ? Number(first) : null };
    case 'button':
      return given.value === undefined ? {} : { value: given.value };
    default:
      return { value: first || null };
  }
};
