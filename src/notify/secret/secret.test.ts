import { inspect } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createSurroundings } from '../../../test/notify/surroundings.js'
import { hideSecrets } from './hide-secrets.js'
import { Secret } from './secret.js'

const { secrets: reader } = createSurroundings({
  environment: { TOKEN: 'hunter2', EMPTY: '' },
  files: { 'token.txt': '  from a file\n', 'empty.txt': '\n', 'long.txt': 'x'.repeat(70_000) },
})

describe('Secret', () => {
  it.each([
    ['a text', Secret.ofText('plain'), 'plain'],
    ['a variable', Secret.ofText('${TOKEN}'), 'hunter2'],
    [
      'variables within a text',
      Secret.ofText('https://x.test/${TOKEN}/${TOKEN}'),
      'https://x.test/hunter2/hunter2',
    ],
    ['a dollar that names no variable', Secret.ofText('$TOKEN ${} $'), '$TOKEN ${} $'],
    ['a file, without the end of its line', Secret.ofFile('token.txt'), 'from a file'],
  ])('reads %s', async (_name, secret, text) => {
    expect(await secret.read(reader)).toBe(text)
  })

  it.each([
    ['a variable that is not set', Secret.ofText('${NONE}'), 'the variable NONE is not set'],
    ['a variable that is empty', Secret.ofText('${EMPTY}'), 'the variable EMPTY is not set'],
    ['what every object has', Secret.ofText('${constructor}'), 'the variable constructor is not set'],
    ['a file that is not there', Secret.ofFile('none.txt'), 'the file none.txt cannot be read: no such file'],
    ['a file that is empty', Secret.ofFile('empty.txt'), 'the file empty.txt is empty'],
    ['a file that is too long', Secret.ofFile('long.txt'), 'the file long.txt is too long for a secret'],
  ])('says that it lacks %s, which may come', async (_name, secret, problem) => {
    await expect(secret.read(reader)).rejects.toMatchObject({
      reason: 'secret',
      retryable: true,
      message: `a secret is missing: ${problem}`,
    })
  })

  it('prints as a placeholder, wherever it is', () => {
    const secret = Secret.ofText('hunter2')
    const printed = [
      String(secret),
      JSON.stringify({ secret }),
      inspect({ secret }, { depth: 9, showHidden: true }),
    ]
    expect(printed).toEqual(['<secret>', '{"secret":"<secret>"}', '{ secret: <secret> }'])
  })
})

describe('hideSecrets', () => {
  it('hides them in every form', () => {
    const secret = 'p@ss "word"'
    const text = `${secret} ${JSON.stringify(secret)} ${encodeURIComponent(secret)} ${Buffer.from(secret).toString('base64')}`
    expect(hideSecrets(text, [secret, ''])).toBe('<secret> "<secret>" <secret> <secret>')
  })

  it('hides them as forms are encoded', () => {
    const secret = "it's p@ss (word)!"
    const text = `${new URLSearchParams({ secret }).toString()} ${encodeURIComponent(secret).replaceAll('%20', '+')}`
    expect(hideSecrets(text, [secret])).toBe('secret=<secret> <secret>')
  })

  it('leaves nothing of a secret, however many there are', () => {
    const some = fc.array(fc.string({ minLength: 3, maxLength: 9 }), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(some, fc.string(), fc.string(), (secrets, before, after) => {
        const hidden = hideSecrets(`${before}${secrets.join(after)}`, secrets).replaceAll('<secret>', '\n')
        expect(secrets.filter((secret) => !secret.includes('\n') && hidden.includes(secret))).toEqual([])
      }),
    )
  })
})
