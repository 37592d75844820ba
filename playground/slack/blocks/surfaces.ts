export type Surface = 'message' | 'modal' | 'home';

/** docs.slack.dev/reference/block-kit/blocks: how many blocks a surface takes. */
export const maxBlocks: Readonly<Record<Surface, number>> = { message: 50, modal: 100, home: 100 };

/** Blocks of one surface only. Sources differ on alert in messages: refused, so that no app comes to rely on it. */
const only: Readonly<Record<string, Surface>> = {
  table: 'message',
  data_table: 'message',
  plan: 'message',
  task_card: 'message',
  markdown: 'message',
  container: 'message',
  alert: 'modal',
};

export const allowedOn = (type: string, surface: Surface): boolean => (only[type] ?? surface) === surface;
