/** Control characters, line ends, characters that turn the direction of writing, and halves of characters. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Cs}]/gu

/** Foreign text as it may stand on a terminal: what could steer it, or begin a new line, is escaped as `\u001b`. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, escapeCharacter)
}

/** JSON text with the same characters escaped, which may stand there in strings only; its value stays the same. */
export function printableJson(value: unknown): string {
  return JSON.stringify(value, undefined, 2).split('\n').map(printable).join('\n')
}

function escapeCharacter(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}
