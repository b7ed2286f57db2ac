import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { settingsSchema } from './settings-schema.js'
import { showSetting } from './show-setting.js'

type Path = readonly (string | number)[]

interface Leaf {
  readonly path: Path
  /** Whether a text there becomes something that prints as a placeholder. */
  readonly isSecret: boolean
}

function leavesOf(schema: z.core.$ZodType, path: Path): readonly Leaf[] {
  if (schema instanceof z.ZodOptional) return leavesOf(schema.unwrap(), path)
  if (schema instanceof z.ZodObject)
    return Object.entries(schema.shape).flatMap(([key, inner]) => leavesOf(inner, [...path, key]))
  if (schema instanceof z.ZodArray) return leavesOf(schema.element, [...path, 0])
  if (schema instanceof z.ZodRecord) return leavesOf(schema.valueType, [...path, 'x'])
  const parsed = z.safeParse(schema, 'http://x')
  return [{ path, isSecret: parsed.success && JSON.stringify(parsed.data) === '"<secret>"' }]
}

const leaves = leavesOf(settingsSchema.shape.receivers, ['receivers'])
const show = ({ path }: Leaf): string => showSetting('found', path)
const nameOf = ({ path }: Leaf): string => path.filter((step) => typeof step === 'string').join('.')

describe('showSetting', () => {
  it('hides what is a secret of a receiver', () => {
    const secrets = leaves.filter(({ isSecret }) => isSecret)
    expect(secrets.length).toBeGreaterThan(20)
    expect(secrets.filter((leaf) => show(leaf) !== '(hidden)')).toEqual([])
  })

  it('shows what is none, but for what may hold one', () => {
    const open = leaves.filter((leaf) => !leaf.isSecret && !leaf.path.includes('http_config'))
    expect(open.filter((leaf) => show(leaf) === '(hidden)').map(nameOf)).toEqual([
      'receivers.email_configs.tls_config.ca_file',
      'receivers.email_configs.tls_config.cert_file',
      'receivers.email_configs.tls_config.key_file',
      'receivers.email_configs.headers.x',
      'receivers.exec_configs.args',
    ])
  })

  it.each([
    ['receivers', 0],
    ['receivers', 0, 'slack_configs'],
    ['receivers', 0, 'slack_configs', 0],
    ['receivers', 0, 'webhook_configs', 0, 'http_config'],
    ['receivers', 0, 'webhook_configs', 0, 'unknown'],
  ])('shows no text where something else is expected: %s.%s.%s.%s.%s', (...path) => {
    expect(showSetting('found', path)).toBe('(hidden)')
  })

  it('shows of an address what is no secret', () => {
    const path = ['receivers', 0, 'alertmanager_configs', 0, 'urls', 0]
    expect(showSetting('http://me:s3cret@host/?key=s3cret', path)).not.toContain('s3cret')
  })
})
