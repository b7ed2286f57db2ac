/**
 * A hook of Node's module loader: where tracebell opens its store, it gets the one that kills its process. The product
 * knows nothing of it.
 */
export async function resolve(
  specifier: string,
  context: { readonly parentURL?: string },
  next: (specifier: string, context: object) => Promise<object>,
): Promise<object> {
  const isStore =
    specifier.endsWith('/sqlite-store.js') && context.parentURL?.endsWith('/open-store.js') === true
  return next(isStore ? new URL('dying-store.js', import.meta.url).href : specifier, context)
}
