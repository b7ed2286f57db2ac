/**
 * The cases in which we choose to answer otherwise than Tempo, by id. In all of them Tempo's answer follows from how it
 * stores spans, or is a defect; every other case must pass, with or without a quirk.
 */
export const KNOWN_DIFFERENCES: ReadonlyMap<string, string> = new Map([
  ...inGroup('an unscoped name is nil if neither span nor resource has it; Tempo asks each scope by itself', [
    'e-c4278bcb',
    'e-d256a4fc',
  ]),
  ...inGroup(
    'a negated comparison with an array holds if no element satisfies it; Tempo fails the whole query',
    ['e-9ccd7894', 'e-325a4891', 'e-b83a6c4b'],
  ),
  ...inGroup('the average of negative integers is negative; Tempo makes it a huge positive number', [
    'e-091260bc',
    'e-722775c1',
  ]),
  ...inGroup('a value of another type than its dedicated column is seen', [
    'e-565be86d',
    'm-736050e3',
    'm-a6c7e0b7',
  ]),
  ...inGroup('a sum leaves out spans without a number; Tempo loses what it had summed so far', [
    'm-c4411f36',
    'm-fc81d5f9',
    'm-c960b2d4',
    'm-d3a6cc66',
  ]),
])

function inGroup(reason: string, ids: readonly string[]): readonly (readonly [string, string])[] {
  return ids.map((id) => [id, reason] as const)
}
