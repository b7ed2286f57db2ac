import type { SilenceDraft } from '../../dispatch/check-silence.js'
import type { Matcher, MatchOperator } from '../../model/matcher.js'
import type { Timestamp } from '../../model/time.js'
import { badRequest, FORM_CODES, refused, wrongForm } from './alertmanager-error.js'
import { findExcess, MOST_MATCHERS } from './matcher-bounds.js'
import type { AlertmanagerApiOptions } from './options.js'
import { parseTime } from './parse-time.js'

const LONGEST_TEXT = 8192

type Tools = Pick<AlertmanagerApiOptions, 'compileMatchers' | 'findMatcherFault' | 'matcherSize' | 'clock'>
type Fields = ReadonlyMap<string, unknown>

/** Keeps every fault, so that all can be told together. */
type Fault = (problem: string) => void

/** A silence as far as it could be read: what could not is left out, and has a fault. */
interface ReadSilence extends Pick<SilenceDraft, 'id' | 'createdBy' | 'comment'> {
  readonly matchers: readonly (Matcher | undefined)[]
  readonly startsAt: Timestamp | undefined
  readonly endsAt: Timestamp | undefined
}

/** Reads a silence that is posted. Throws an `AlertmanagerError` with all that is wrong with its form and its meaning. */
export function parseSilence(text: string, tools: Tools): SilenceDraft {
  const fields = readObject(text)
  const ofForm: string[] = []
  const read = readForm(fields, (problem) => void ofForm.push(problem))
  const ofMeaning = [...findMatcherFaults(read.matchers, tools), ...findTimeFaults(read, tools)]
  const message = [...ofForm, ...ofMeaning].join('; ')
  if (ofForm.length > 0) throw wrongForm(codeOf(ofForm), message)
  if (ofMeaning.length > 0) throw badRequest(message)
  const { startsAt = 0, endsAt = 0, matchers } = read
  return { ...read, startsAt, endsAt, matchers: matchers.filter((each) => each !== undefined) }
}

function readObject(text: string): Fields {
  if (text.trim() === '') throw wrongForm(FORM_CODES.required, 'silence in body is required')
  const fields = toFields(readJson(text))
  if (fields !== undefined) return fields
  throw refused(
    400,
    'parsing silence body failed: expected a JSON object with matchers, startsAt, endsAt, createdBy and comment',
  )
}

function readJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (error) {
    const reason = error instanceof Error ? error.message : 'not JSON'
    throw refused(400, `parsing silence body failed: ${reason}`)
  }
}

/** As a map, so that no name can reach a prototype. */
function toFields(value: unknown): Fields | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined
  return new Map(Object.entries(value))
}

function readForm(fields: Fields, fault: Fault): ReadSilence {
  return {
    id: readId(fields, fault),
    matchers: readMatchers(fields.get('matchers'), fault),
    startsAt: readMoment(fields, 'startsAt', fault),
    endsAt: readMoment(fields, 'endsAt', fault),
    createdBy: readText(fields, 'createdBy', fault) ?? '',
    comment: readText(fields, 'comment', fault) ?? '',
  }
}

function codeOf(faults: readonly string[]): number {
  if (faults.some((each) => each.endsWith('is required'))) return FORM_CODES.required
  return faults.some((each) => each.endsWith('at least 1 items')) ? FORM_CODES.tooFew : FORM_CODES.type
}

function readId(fields: Fields, fault: Fault): string | undefined {
  const id = fields.get('id')
  if (id === undefined || id === null || id === '') return undefined
  if (typeof id === 'string') return id.slice(0, LONGEST_TEXT)
  fault('id in body must be of type string')
  return undefined
}

function readText(fields: Fields, name: string, fault: Fault): string | undefined {
  const text = fields.get(name)
  if (text === undefined || text === null) fault(`${name} in body is required`)
  else if (typeof text !== 'string') fault(`${name} in body must be of type string`)
  else if (text.length > LONGEST_TEXT) fault(`${name} in body should be at most ${LONGEST_TEXT} chars long`)
  else return text
  return undefined
}

function readMoment(fields: Fields, name: string, fault: Fault): Timestamp | undefined {
  const text = fields.get(name)
  const at = typeof text === 'string' ? parseTime(text) : undefined
  if (text === undefined || text === null) fault(`${name} in body is required`)
  else if (at === undefined)
    fault(`${name} in body must be of type date-time: ${JSON.stringify(text).slice(0, 100)}`)
  return at
}

function readMatchers(value: unknown, fault: Fault): readonly (Matcher | undefined)[] {
  if (value === undefined || value === null) fault('matchers in body is required')
  else if (!Array.isArray(value)) fault('matchers in body must be of type array')
  else if (value.length === 0) fault('matchers in body should have at least 1 items')
  else if (value.length > MOST_MATCHERS) fault(`matchers in body should have at most ${MOST_MATCHERS} items`)
  else return value.map((each: unknown, index) => readMatcher(each, `matchers.${index}`, fault))
  return []
}

function readMatcher(value: unknown, place: string, fault: Fault): Matcher | undefined {
  const fields = toFields(value) ?? new Map<string, unknown>()
  const name = readText(fields, 'name', (problem) => fault(`${place}.${problem}`))
  const text = readText(fields, 'value', (problem) => fault(`${place}.${problem}`))
  const isRegex = fields.get('isRegex')
  const isEqual = fields.get('isEqual') ?? true
  if (isRegex === undefined || isRegex === null) fault(`${place}.isRegex in body is required`)
  else if (typeof isRegex !== 'boolean') fault(`${place}.isRegex in body must be of type boolean`)
  if (typeof isEqual !== 'boolean') fault(`${place}.isEqual in body must be of type boolean`)
  if (name === undefined || text === undefined) return undefined
  return { name, operator: toOperator(isRegex === true, isEqual !== false), value: text }
}

function toOperator(isRegex: boolean, isEqual: boolean): MatchOperator {
  if (isRegex) return isEqual ? '=~' : '!~'
  return isEqual ? '=' : '!='
}

function findMatcherFaults(matchers: ReadSilence['matchers'], tools: Tools): readonly string[] {
  const excess = findExcess(
    matchers.filter((each) => each !== undefined),
    tools,
  )
  if (excess !== undefined) return [`invalid silence: ${excess}`]
  const faults = matchers.flatMap((matcher, index) => {
    if (matcher === undefined) return []
    const fault = matcher.name === '' ? 'invalid label name ""' : tools.findMatcherFault(matcher)
    return fault === undefined ? [] : [`invalid silence: invalid label matcher ${index}: ${fault}`]
  })
  const isKnown = (matcher: Matcher | undefined): matcher is Matcher => matcher !== undefined
  const areRight = faults.length === 0 && matchers.length > 0 && matchers.every(isKnown)
  if (!areRight || matchers.some((each) => !tools.compileMatchers([each])(NO_LABELS))) return faults
  return ['invalid silence: at least one matcher must not match the empty string']
}

const NO_LABELS: ReadonlyMap<string, string> = new Map()

function findTimeFaults({ startsAt, endsAt }: ReadSilence, { clock }: Tools): readonly string[] {
  if (endsAt === undefined) return []
  if (startsAt !== undefined && endsAt <= startsAt)
    return ['Failed to create silence: start time must be before end time']
  return endsAt < clock.now() ? ["Failed to create silence: end time can't be in the past"] : []
}
