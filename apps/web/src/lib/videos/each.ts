import { messageOf } from '@/lib/rest/problem'

export interface Outcome<Thing> {
  done: Thing[]
  failed: { thing: Thing; message: string }[]
}

/** Does something with each, one after another, and goes on where one fails. */
export async function forEach<Thing>(
  things: Thing[],
  run: (thing: Thing) => Promise<unknown>,
): Promise<Outcome<Thing>> {
  const outcome: Outcome<Thing> = { done: [], failed: [] }
  for (const thing of things) {
    try {
      await run(thing)
      outcome.done.push(thing)
    } catch (error) {
      outcome.failed.push({ thing, message: messageOf(error) })
    }
  }
  return outcome
}
