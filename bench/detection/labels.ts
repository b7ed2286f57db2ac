import { readFile } from 'node:fs/promises'
import * as z from 'zod'

const time = z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))

const schema = z.object({
  start: time.optional(),
  end: time.optional(),
  warmupEnd: time.optional(),
  observed: z.array(z.object({ start: time, end: time })).default([]),
  faults: z.array(
    z.object({
      id: z.string(),
      start: time,
      end: time,
      service: z.string(),
      type: z.string(),
      scored: z.boolean().default(true),
      accept: z.array(z.string()).default([]),
    }),
  ),
  benign: z.array(z.object({ start: time, end: time, type: z.string() })).default([]),
})

/** What is known of a set: the faults, and the events that must not alert. Times are Unix milliseconds. */
export type SetLabels = z.infer<typeof schema>
export type FaultOfSet = SetLabels['faults'][number]

/** Reads a file of labels. Throws where it is none. */
export async function readLabels(path: string): Promise<SetLabels> {
  return schema.parse(JSON.parse(await readFile(path, 'utf8')))
}
