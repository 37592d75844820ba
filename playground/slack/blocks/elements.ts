/** Elements of Block Kit and their limits: docs.slack.dev/reference/block-kit/block-elements. */
import { z } from 'zod';
import { actionId, confirmDialog, option, optionGroup, plainText, style, url } from './composition.ts';

const confirm = confirmDialog.optional();
const placeholder = plainText(150).optional();
const focus = z.boolean().optional();

const button = z.strictObject({
  type: z.literal('button'),
  text: plainText(75),
  action_id: actionId,
  url: url.optional(),
  value: z.string().max(2000).optional(),
  style: style.optional(),
  confirm,
  accessibility_label: z.string().max(75).optional(),
});

export const image = z.strictObject({
  type: z.literal('image'),
  image_url: url.optional(),
  slack_file: z.object({ id: z.string().optional(), url: z.string().optional() }).optional(),
  alt_text: z.string().min(1).max(2000),
});

const overflow = z.strictObject({ type: z.literal('overflow'), action_id: actionId, options: z.array(option).min(1).max(5), confirm });

const choice = <T extends 'static_select' | 'multi_static_select'>(type: T) =>
  z.strictObject({
    type: z.literal(type),
    action_id: actionId,
    placeholder,
    options: z.array(option).min(1).max(100).optional(),
    option_groups: z.array(optionGroup).min(1).max(100).optional(),
    initial_option: option.optional(),
    initial_options: z.array(option).optional(),
    max_selected_items: z.number().int().min(1).optional(),
    focus_on_load: focus,
    confirm,
  });

const people = <T extends 'users_select' | 'multi_users_select'>(type: T) =>
  z.strictObject({
    type: z.literal(type),
    action_id: actionId,
    placeholder,
    initial_user: z.string().optional(),
    initial_users: z.array(z.string()).optional(),
    max_selected_items: z.number().int().min(1).optional(),
    focus_on_load: focus,
    confirm,
  });

const ticks = <T extends 'checkboxes' | 'radio_buttons'>(type: T) =>
  z.strictObject({
    type: z.literal(type),
    action_id: actionId,
    options: z.array(option).min(1).max(10),
    initial_option: option.optional(),
    initial_options: z.array(option).optional(),
    focus_on_load: focus,
    confirm,
  });

const picker = <T extends 'datepicker' | 'timepicker' | 'datetimepicker'>(type: T) =>
  z.strictObject({
    type: z.literal(type),
    action_id: actionId,
    placeholder,
    initial_date: z.string().optional(),
    initial_time: z.string().optional(),
    initial_date_time: z.number().int().optional(),
    timezone: z.string().optional(),
    focus_on_load: focus,
    confirm,
  });

const dispatch = z.strictObject({ trigger_actions_on: z.array(z.enum(['on_enter_pressed', 'on_character_entered'])) }).optional();

const plainTextInput = z.strictObject({
  type: z.literal('plain_text_input'),
  action_id: actionId,
  placeholder,
  initial_value: z.string().max(3000).optional(),
  multiline: z.boolean().optional(),
  min_length: z.number().int().min(0).max(3000).optional(),
  max_length: z.number().int().min(1).max(3000).optional(),
  dispatch_action_config: dispatch,
  focus_on_load: focus,
});

const numberInput = z.strictObject({
  type: z.literal('number_input'),
  action_id: actionId,
  is_decimal_allowed: z.boolean(),
  placeholder,
  initial_value: z.string().optional(),
  min_value: z.string().optional(),
  max_value: z.string().optional(),
  dispatch_action_config: dispatch,
  focus_on_load: focus,
});

const selects = [choice('static_select'), choice('multi_static_select'), people('users_select'), people('multi_users_select')] as const;
const tickables = [ticks('checkboxes'), ticks('radio_buttons')] as const;
const pickers = [picker('datepicker'), picker('timepicker'), picker('datetimepicker')] as const;

export const actionElement = z.discriminatedUnion('type', [button, overflow, ...selects, ...tickables, ...pickers]);
export const accessory = z.discriminatedUnion('type', [button, image, overflow, ...selects, ...tickables, ...pickers]);
export const inputElement = z.discriminatedUnion('type', [plainTextInput, numberInput, ...selects, ...tickables, ...pickers]);
