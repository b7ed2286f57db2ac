import type { RenderTemplate } from './model/render-template.js'
import { createTemplateRenderer } from './template/create-template-renderer.js'
import type { TemplateLinks } from './template/template-links.js'

/** Fills in templates, with links that a reload replaces. */
export interface TemplateSwitch {
  readonly render: RenderTemplate
  replace(links: TemplateLinks | undefined): void
}

export function createTemplateSwitch(links: TemplateLinks | undefined): TemplateSwitch {
  let render = createTemplateRenderer(links ?? {})
  return {
    render: (...given) => render(...given),
    replace: (next) => {
      render = createTemplateRenderer(next ?? {})
    },
  }
}
