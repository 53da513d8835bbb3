/** Matches `METHOD /path/{parameter}` keys against requests, as API Gateway does: fixed segments win over parameters. */

export interface Match<T> {
  readonly key: string
  readonly target: T
  readonly params: Record<string, string>
}

interface Route<T> {
  readonly key: string
  readonly method: string
  readonly segments: readonly string[]
  readonly target: T
}

const segmentsOf = (path: string): string[] => path.split('/').slice(1)

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const matchSegments = (
  pattern: readonly string[],
  path: readonly string[],
): Record<string, string> | undefined => {
  if (pattern.length !== path.length) return undefined
  const params: Record<string, string> = {}
  for (const [index, segment] of pattern.entries()) {
    const given = path[index] ?? ''
    if (segment.startsWith('{')) {
      if (given === '') return undefined
      params[segment.slice(1, -1)] = decode(given)
    } else if (segment !== given) return undefined
  }
  return params
}

export class Router<T> {
  private readonly routes: Route<T>[] = []

  add(key: string, target: T): this {
    const [method = '', path = ''] = key.split(' ')
    this.routes.push({ key, method, segments: segmentsOf(path), target })
    this.routes.sort((a, b) => this.parameters(a) - this.parameters(b))
    return this
  }

  find(method: string, path: string): Match<T> | undefined {
    const segments = segmentsOf(path)
    for (const route of this.routes) {
      const params = route.method === method ? matchSegments(route.segments, segments) : undefined
      if (params !== undefined) return { key: route.key, target: route.target, params }
    }
    return undefined
  }

  private parameters(route: Route<T>): number {
    return route.segments.filter((segment) => segment.startsWith('{')).length
  }
}
