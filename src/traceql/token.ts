import type { Field, Static } from './tree.js'

/** The signs of TraceQL, longest first where one begins another. */
export const SYMBOLS = [
  '!>>',
  '!<<',
  '&>>',
  '&<<',
  '!>',
  '!<',
  '!=',
  '!~',
  '&&',
  '&>',
  '&<',
  '&~',
  '>>',
  '>=',
  '<<',
  '<=',
  '=~',
  '||',
  '!',
  '>',
  '<',
  '=',
  '~',
  '|',
  '+',
  '-',
  '*',
  '/',
  '%',
  '^',
  '{',
  '}',
  '(',
  ')',
  ',',
] as const

export type TokenSymbol = (typeof SYMBOLS)[number]

interface Place {
  readonly at: number
  /** Offset behind the last character. */
  readonly end: number
}

/** One word of a query. A `word` is a name that is neither a literal nor a field, such as `rate` or a hint's name. */
export type Token = Place &
  (
    | { readonly kind: 'symbol'; readonly symbol: TokenSymbol }
    | { readonly kind: 'word'; readonly word: string }
    | {
        readonly kind: 'static'
        readonly value: Static
        /** Whether it is written in digits; `maxInt` is not. */
        readonly isDigits: boolean
      }
    | { readonly kind: 'field'; readonly field: Field }
    | { readonly kind: 'end' }
  )
