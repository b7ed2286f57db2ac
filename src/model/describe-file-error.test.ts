import { describe, expect, it } from 'vitest'
import { describeFileError } from './describe-file-error.js'

describe('describeFileError', () => {
  it.each([
    [Object.assign(new Error('x'), { code: 'ENOENT' }), 'no such file'],
    [Object.assign(new Error('x'), { code: 'EISDIR' }), 'is a folder, expected a file'],
    [Object.assign(new Error('x'), { code: 'EACCES' }), 'may not be read: permission denied'],
    [Object.assign(new Error('x'), { code: 'EIO' }), 'cannot be read (EIO)'],
    [new Error('broken'), 'cannot be read (Error: broken)'],
    ['thrown', 'cannot be read (thrown)'],
  ])('of %s is %s', (error, words) => {
    expect(describeFileError(error)).toBe(words)
  })
})
