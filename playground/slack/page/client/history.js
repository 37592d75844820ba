const kept = 50;
const sent = new Map();

/**
 * What a person sent before, newest last, and where in it they are. `older` and `newer` return a line to show, or undefined when there is none that way;
 * after the newest comes what was typed before.
 * @param {() => string} person
 */
export const createHistory = (person) => {
  let at;
  let draft = '';
  const lines = () => sent.get(person()) ?? [];
  return {
    add(line) {
      const before = lines().filter((other) => other !== line);
      sent.set(person(), [...before, line].slice(-kept));
      at = undefined;
    },
    older(typed) {
      const next = (at ?? lines().length) - 1;
      if (next < 0) return undefined;
      if (at === undefined) draft = typed;
      at = next;
      return lines()[at];
    },
    newer() {
      if (at === undefined) return undefined;
      at += 1;
      if (at < lines().length) return lines()[at];
      at = undefined;
      return draft;
    },
    leave() {
      at = undefined;
    },
    isIn: () => at !== undefined,
  };
};
