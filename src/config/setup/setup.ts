import type { RuleGroup } from '../../model/alerting-rule.js'
import type { TemplateLinks } from '../../template/template-links.js'
import type { Config } from '../config.js'
import type { DeliverySettings } from '../settings/read-delivery.js'
import type { RuleSettings } from '../settings/read-settings.js'
import type { Environment } from '../variables.js'

/** The rules of a user, read and checked. */
export interface UserRules {
  readonly settings: RuleSettings
  readonly groups: readonly RuleGroup[]
  /** Rule files in which nothing stands. */
  readonly emptyFiles?: readonly string[] | undefined
}

/** Everything that a user has written, read and checked together. */
export interface Setup {
  readonly config: Config
  /** Rules of the user, beside the built-in ones. */
  readonly rules?: UserRules | undefined
  /** Whom to tell of alerts, beside the webhook of the configuration. */
  readonly delivery?: DeliverySettings | undefined
  /** Where templates lead to. */
  readonly links?: TemplateLinks | undefined
  /** Where receivers find their secrets. */
  readonly secrets?: Environment | undefined
  /** The file of settings, where nothing but comments stands in it. */
  readonly emptyFile?: string | undefined
}

/** What a setup was read from: where it is looked for changes. */
export interface SetupFiles {
  /** The file of settings; undefined where there is none. */
  readonly file: string | undefined
  /** Files, folders and patterns of rules. */
  readonly patterns: readonly string[]
  /** Where the patterns begin. */
  readonly folder: string
}
