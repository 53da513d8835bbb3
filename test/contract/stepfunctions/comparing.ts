/** Compares what the engine did with a recording: placeholders stand for any value, the same one wherever they recur. */

export type Bindings = Map<string, string>

/** Fields that the recordings leave open, or that the service has only had since after a recording was made. */
const ignored = new Set([
  'SdkHttpMetadata',
  'SdkResponseMetadata',
  'ResponseMetadata',
  'timestamp',
  'RedriveCount',
  'encryptionConfiguration',
])
const placeholder = /\{\{([^{}]+)\}\}/g
const literally = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Matches one string; answers whether it fits, and binds its placeholders if so. */
function fits(expected: string, actual: string, bindings: Bindings): boolean {
  const names: string[] = []
  let at = 0
  let pattern = ''
  for (const found of expected.matchAll(placeholder)) {
    const name = found[1]!
    pattern += literally(expected.slice(at, found.index))
    at = found.index + found[0].length
    const known = bindings.get(name)
    const again = names.indexOf(name)
    if (known !== undefined) pattern += literally(known)
    else if (again >= 0 && !name.startsWith('any:')) pattern += `\\${again + 1}`
    else {
      names.push(name)
      pattern += '([\\s\\S]+?)'
    }
  }
  pattern += literally(expected.slice(at))
  const match = new RegExp(`^${pattern}$`).exec(actual)
  if (match === null) return false
  for (const [i, name] of names.entries())
    if (!name.startsWith('any:') && name !== 'request_id') bindings.set(name, match[i + 1]!)
  return true
}

function compareText(expected: string, actual: string, bindings: Bindings, path: string): string[] {
  if (fits(expected, actual, bindings)) return []
  if ((expected === 'date' || expected === 'timestamp') && !Number.isNaN(Date.parse(actual.slice(0, 4))))
    return []
  const [a, b] = [parsed(expected), parsed(actual)]
  if (a !== undefined && b !== undefined && typeof a === 'object' && a !== null)
    return differences(a, b, bindings, path)
  return [`${path}: expected ${expected}, got ${actual}`]
}

function compareFields(expected: object, actual: object, bindings: Bindings, path: string): string[] {
  const [left, right] = [expected as Record<string, unknown>, actual as Record<string, unknown>]
  const keys = new Set([...Object.keys(left), ...Object.keys(right)])
  return [...keys]
    .filter((key) => !ignored.has(key))
    .flatMap((key) => {
      if (!(key in left)) return [`${path}/${key}: is not in the recording: ${JSON.stringify(right[key])}`]
      if (!(key in right)) return [`${path}/${key}: is missing: ${JSON.stringify(left[key])}`]
      return differences(left[key], right[key], bindings, `${path}/${key}`)
    })
}

/** Every way in which `actual` is not what was recorded; empty when it is. JSON text is compared as JSON. */
export function differences(expected: unknown, actual: unknown, bindings: Bindings, path = ''): string[] {
  if (typeof expected === 'string' && typeof actual === 'string')
    return compareText(expected, actual, bindings, path)
  if (typeof expected === 'string' && /^\{\{[^{}]+\}\}$/.test(expected) && actual !== undefined) return []
  const left = typeof expected === 'string' ? parsed(expected) : expected
  const right = typeof actual === 'string' ? (parsed(actual) ?? actual) : actual
  const both = [left, right].every((value) => typeof value === 'object' && value !== null)
  if (both && Array.isArray(left) === Array.isArray(right))
    return compareFields(left as object, right as object, bindings, path)
  return left === right && left !== undefined
    ? []
    : [`${path}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual)}`]
}
