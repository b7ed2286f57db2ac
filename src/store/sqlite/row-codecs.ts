import type { Matcher } from '../../model/matcher.js'
import { MATCH_OPERATORS } from '../../model/matcher.js'
import type { Notice } from '../../model/notice.js'
import { KEY_OF, type Rows, type TableName } from '../tables/tables.js'
import { decodeAlert, decodeSavedAlert, encodeAlert, encodeSavedAlert, type Encoded } from './alert-codec.js'
import { encodeJson, parseFields, RowError, toFields, toText, type Fields } from './json-fields.js'
import { decodeOutboxRow, encodeOutboxRow } from './outbox-codec.js'
import { decodeSnapshot, encodeSnapshot } from './snapshot-codec.js'

/** How the rows of a table are written. */
interface Codec<Row> {
  encode(row: Row): string | Uint8Array
  /** Throws a `RowError`. */
  decode(body: string | Uint8Array): Row
}

const CODECS: { readonly [T in TableName]: Codec<Rows[T]> } = {
  alerts: jsonCodec(encodeSavedAlert, decodeSavedAlert),
  told: jsonCodec(
    (told) => ({ ...told }),
    (fields) => ({
      rule: fields.text('rule'),
      traceId: fields.text('traceId'),
      expiresAt: fields.number('expiresAt'),
    }),
  ),
  active: jsonCodec(encodeAlert, decodeAlert),
  notices: jsonCodec(
    ({ again, ...notice }) => ({ ...notice, ...(again && { again: [...again] }) }),
    (fields) => ({
      groupKey: fields.text('groupKey'),
      receiver: fields.text('receiver'),
      at: fields.number('at'),
      firing: fields.list('firing', toText),
      resolved: fields.list('resolved', toText),
      owed: fields.list('owed', toText),
      ...decodeAgain(fields),
      expiresAt: fields.number('expiresAt'),
    }),
  ),
  outbox: jsonCodec(encodeOutboxRow, decodeOutboxRow),
  silences: jsonCodec(
    (silence) => ({ ...silence }),
    (fields) => ({
      id: fields.text('id'),
      matchers: fields.list('matchers', (matcher) => decodeMatcher(toFields(matcher))),
      startsAt: fields.number('startsAt'),
      endsAt: fields.number('endsAt'),
      updatedAt: fields.number('updatedAt'),
      createdBy: fields.text('createdBy'),
      comment: fields.text('comment'),
    }),
  ),
  snapshots: { encode: encodeSnapshot, decode: decodeSnapshot },
}

/** A row as it is written. */
export function encodeRow<T extends TableName>(table: T, row: Rows[T]): string | Uint8Array {
  return CODECS[table].encode(row)
}

/** A row as it was written. Throws a `RowError` where that is no row of this table, or not the one with this key. */
export function decodeRow<T extends TableName>(table: T, key: unknown, body: unknown): Rows[T] {
  if (typeof body !== 'string' && !(body instanceof Uint8Array))
    throw new RowError(`expected a body, found ${typeof body}`)
  const row = CODECS[table].decode(body)
  if (KEY_OF[table](row) !== key) throw new RowError('the row is not the one with its key')
  return row
}

function jsonCodec<Row>(encode: (row: Row) => Encoded, decode: (fields: Fields) => Row): Codec<Row> {
  return {
    encode: (row) => encodeJson(encode(row)),
    decode(body) {
      if (typeof body !== 'string') throw new RowError('expected text, found bytes')
      return decode(parseFields(body))
    },
  }
}

/** There was none in earlier versions. */
function decodeAgain(fields: Fields): Pick<Notice, 'again'> {
  const again = fields.optionalNumbers('again')
  return again === undefined ? {} : { again }
}

function decodeMatcher(fields: Fields): Matcher {
  return {
    name: fields.text('name'),
    operator: fields.word('operator', MATCH_OPERATORS),
    value: fields.text('value'),
  }
}
