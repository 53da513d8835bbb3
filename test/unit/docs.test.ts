/** Documents rot unless a test reads them: every path, script and command in them exists. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { schemaFiles } from '../../cli/schemas.ts'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const folders = 'bench|cli|console|docs|domain|functions|infra|local|schemas|templates|test|workflows'

const documents = [
  'README.md',
  ...['docs', 'docs/decisions', 'docs/sequences'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md'))
      .map((name) => `${folder}/${name}`),
  ),
]

const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')
const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '')

describe.each(documents)('%s', (file) => {
  const text = textOf(file)

  it('links to files that exist', () => {
    const links = all(text, /\]\(([^)#]+?)(?:#[^)]*)?\)/g).filter((link) => !/^[a-z]+:/.test(link))

    expect(links.filter((link) => !existsSync(join(root, dirname(file), link)))).toEqual([])
  })

  it('names paths that exist', () => {
    const paths = all(text, new RegExp(`\`((?:${folders})/[^\`\\s*<{]*)\``, 'g'))

    expect(paths.filter((path) => !existsSync(join(root, path)))).toEqual([])
  })

  it('names npm scripts that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> }
    const named = all(text, /npm run ([a-z-]+)/g)

    expect(named.filter((name) => scripts[name] === undefined)).toEqual([])
  })

  it('names commands of the command line that exist', () => {
    const known = readdirSync(join(root, 'cli'), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .flatMap((name) => all(readFileSync(join(root, 'cli', name), 'utf8'), /\.command\('([a-z-]+)/g))
    const named = all(text, /`(?:npx )?tendril ([a-z-]+)/g)

    expect(named.filter((name) => !known.includes(name))).toEqual([])
  })
})

describe('schemas for editors', () => {
  it.each(schemaFiles())('$file is what the schemas in the code say', ({ file, text }) => {
    expect(readFileSync(file, 'utf8')).toBe(text)
  })

  it('is named by each file that marketers edit', () => {
    const files = readdirSync(join(root, 'workflows'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.yaml'),
    )
    const named = files.map((name) => {
      const schema = /\$schema=(\S+)/.exec(textOf(join('workflows', name)))?.[1] ?? 'none'
      return { name, exists: existsSync(join(root, 'workflows', dirname(name), schema)) }
    })

    expect(named.filter(({ exists }) => !exists)).toEqual([])
  })
})
