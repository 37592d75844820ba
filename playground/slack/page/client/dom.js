/**
 * An element with properties and children. Strings become text nodes, so nothing that apps or people write is ever markup.
 * @param {string} tag
 * @param {Record<string, unknown>} [properties] `on…` are listeners, `dataset` and `style` objects, the rest attributes; undefined and false are left out
 * @param {...unknown} children
 * @returns {HTMLElement}
 */
export const h = (tag, properties = {}, ...children) => {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === false || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'dataset') Object.assign(element.dataset, value);
    else if (name === 'style') for (const [key, text] of Object.entries(value)) element.style.setProperty(key, text);
    else element.setAttribute(name, value === true ? '' : typeof value === 'string' ? value : JSON.stringify(value));
  }
  append(element, children);
  return element;
};

const append = (element, children) => {
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
};

/** Only what a link may lead to; anything else gets no address. */
export const safeUrl = (url) => (/^(https?:|mailto:|tel:|\/)/u.test(url) ? url : undefined);

/**
 * Makes the children of `parent` the given items, reusing those whose version is unchanged, so that spinners, open menus and focus survive.
 * @param {HTMLElement} parent
 * @param {{ key: string, version: string, create: () => HTMLElement }[]} items
 */
export const reconcile = (parent, items) => {
  const present = new Map([...parent.children].map((child) => [child.dataset.key, child]));
  const focused = document.activeElement?.closest?.('[data-focus]')?.dataset.focus;
  const hadFocus = focused !== undefined && parent.contains(document.activeElement);
  const wanted = items.map(({ key, version, create }) => {
    const old = present.get(key);
    if (old?.dataset.version === version) return old;
    const element = create();
    element.dataset.key = key;
    element.dataset.version = version;
    return element;
  });
  for (const child of Array.from(parent.children)) if (!wanted.includes(child)) child.remove();
  for (const [index, element] of wanted.entries()) {
    if (parent.children[index] !== element) parent.insertBefore(element, parent.children[index] ?? null);
  }
  if (hadFocus && !parent.contains(document.activeElement)) parent.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
};
