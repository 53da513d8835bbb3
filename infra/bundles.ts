import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** A function to be bundled. */
export interface Entry {
  readonly name: string
  /** The module whose `handler` is exported, from the project's root. */
  readonly entry: string
}

/** The folder this project lies in. */
export const projectRoot = fileURLToPath(new URL('..', import.meta.url))

const check = (entries: readonly Entry[]): void => {
  const missing = entries.filter(({ entry }) => !existsSync(join(projectRoot, entry)))
  if (missing.length > 0)
    throw new Error(
      `These functions have no handler, so there is nothing to deploy: ${missing
        .map(({ name, entry }) => `${name} (${entry})`)
        .join(', ')}. Write the handler or take the function out of functions/topology.ts.`,
    )
}

/**
 * Bundles each entry into `<outdir>/<name>/index.mjs`: one minified module, SDK included, no Docker, the same bytes
 * for the same sources. Answers the folder of each.
 */
export const bundle = (entries: readonly Entry[], outdir: string): ReadonlyMap<string, string> => {
  check(entries)
  mkdirSync(outdir, { recursive: true })
  buildSync({
    absWorkingDir: projectRoot,
    entryPoints: entries.map(({ name, entry }) => ({ in: entry, out: `${name}/index` })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    charset: 'utf8',
    legalComments: 'none',
    logLevel: 'error',
    // Some libraries are CommonJS and require Node's own modules. The name must be one no minifier makes up.
    banner: {
      js: "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);",
    },
    alias: { '@aws-sdk/credential-provider-node': join(projectRoot, 'infra/lambda-credentials.ts') },
  })
  return new Map(entries.map(({ name }) => [name, join(outdir, name)]))
}
