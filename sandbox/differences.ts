/** What changed between two states of an object, with its former value: `previous_attributes` of an update's event. */
export function differences<Thing extends object>(before: Thing, after: Thing): Partial<Thing> {
  const previous: Partial<Thing> = { ...before };
  for (const key of keysOf(before)) {
    if (JSON.stringify(before[key]) === JSON.stringify(after[key])) delete previous[key];
  }
  return previous;
}

function* keysOf<Thing extends object>(thing: Thing): Generator<keyof Thing> {
  for (const key in thing) yield key;
}
