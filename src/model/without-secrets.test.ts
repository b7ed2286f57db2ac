import { describe, expect, it } from 'vitest'
import { withoutSecrets } from './without-secrets.js'

describe('withoutSecrets', () => {
  it.each([
    ['http://localhost:3200/path', 'http://localhost:3200/path'],
    ['http://user:secret@host/path', 'http://(hidden)@host/path'],
    ['grpc://user:s@cret@host', 'grpc://(hidden)@host'],
    ['user:secret@host', '(hidden)@host'],
    ['user:sec\nret@host', '(hidden)@host'],
    ['http://host/?key=secret\nsecret', 'http://host/?(hidden)'],
    ['', ''],
  ])('%j is quoted as %j', (text, quoted) => {
    expect(withoutSecrets(text)).toBe(quoted)
  })
})
