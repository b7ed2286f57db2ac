import type { Emitter } from 'liquidjs'
import { toText } from './to-text.js'

/** What a rendering may come to; more is cut off. */
const MOST_CHARACTERS = 16_384

/** Thrown to end a rendering whose text is as long as it may be. */
export class OutputFull extends Error {
  override readonly name = 'OutputFull'
}

/** Takes what a template writes. */
export class BoundedOutput implements Emitter {
  buffer = ''

  constructor(readonly mostCharacters = MOST_CHARACTERS) {}

  write(value: unknown): void {
    this.buffer += toText(value)
    if (this.buffer.length <= this.mostCharacters) return
    this.buffer = `${this.buffer.slice(0, this.mostCharacters - 1)}…`
    throw new OutputFull()
  }
}
