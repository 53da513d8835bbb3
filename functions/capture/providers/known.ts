/** The providers by their source word. */
import { linkedin } from './linkedin.ts'
import { meta } from './meta.ts'
import type { Provider } from './provider.ts'

const providers: Readonly<Record<string, Provider>> = { facebook: meta, linkedin }

export const providerOf = (source: string): Provider => {
  const provider = Object.hasOwn(providers, source) ? providers[source] : undefined
  if (provider === undefined) throw new Error(`There is no provider "${source}".`)
  return provider
}
