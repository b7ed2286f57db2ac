import type { Notification } from '../../model/notification.js'
import { cleanLine, cleanText } from './clean-text.js'
import { renderFitting, type RenderFittingOptions } from './render-fitting.js'

/** The user's own texts in the place of ours. */
export interface UserText {
  /**
   * A text on one line, of at most `most` characters. Undefined where there is no template, where it fails, and where it makes
   * nothing: then our own is told, as nothing may be lost.
   */
  line(template: string | undefined, most: number): string | undefined
  /** The same with its line breaks. */
  lines(template: string | undefined, most: number): string | undefined
  /** The values of a mapping, without those that come to nothing. */
  each(templates: Readonly<Record<string, string>>, most: number): readonly (readonly [string, string])[]
}

export function createUserText(notification: Notification, options: RenderFittingOptions): UserText {
  const fill = (template: string | undefined, clean: (text: string) => string): string | undefined => {
    if (template === undefined) return undefined
    const text = clean(renderFitting(template, notification, options)?.text ?? '')
    return text === '' ? undefined : text
  }
  const lines = (template: string | undefined, most: number): string | undefined =>
    fill(template, (text) => cleanText(text, most).trim())
  return {
    line: (template, most) => fill(template, (text) => cleanLine(text, most)),
    lines,
    each: (templates, most) =>
      Object.entries(templates).flatMap(([name, template]) => {
        const text = lines(template, most)
        return text === undefined ? [] : [[name, text] as const]
      }),
  }
}
