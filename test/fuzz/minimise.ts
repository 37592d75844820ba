/** As short a text as still breaks, by leaving out ever smaller parts; `tries` limits the work. */
export const minimise = async (text: string, breaks: (text: string) => Promise<boolean>, tries = 200): Promise<string> => {
  let shortest = text;
  let left = tries;
  for (let size = Math.ceil(text.length / 2); size >= 1 && left > 0; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < shortest.length && left > 0;) {
      const shorter = shortest.slice(0, at) + shortest.slice(at + size);
      left -= 1;
      if (await breaks(shorter)) shortest = shorter;
      else at += size;
    }
  }
  return shortest;
};
