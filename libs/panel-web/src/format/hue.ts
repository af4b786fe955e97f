/** As many as `theme/hues.css` has. */
export const HUES = 10;

/** A class of `theme/hues.css` by the name of a service: always the same, and never from the data. */
export function hueClass(name: string): string {
  let hash = 2166136261;
  for (let index = 0; index < name.length; index += 1) {
    hash = Math.imul(hash ^ name.charCodeAt(index), 16777619);
  }
  return `hue-${(hash >>> 0) % HUES}`;
}
