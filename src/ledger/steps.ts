/** Work in steps of a few milliseconds: whoever does it may let the event loop breathe between them. */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Does it all at once. */
export function atOnce<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Does it step by step, with `breathe` awaited in between: nothing may change what it works on meanwhile. */
export async function stepByStep<T>(steps: Steps<T>, breathe: () => Promise<void>): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
    await breathe();
  }
}
