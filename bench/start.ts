/** How long `npm start` takes until it serves, and how large each function's bundle is. */
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Figure, most } from './_figure.ts'
import { root } from './_product.ts'

export const start = async (): Promise<readonly Figure[]> => {
  const folder = mkdtempSync(join(tmpdir(), 'tendril-bench-'))
  const port = 20_000 + (process.pid % 20_000)
  const began = performance.now()
  const child = spawn('npm', ['start'], {
    cwd: root,
    env: { ...process.env, PORT: String(port), TENDRIL_DATA_DIR: folder },
    stdio: 'ignore',
    detached: true,
  })
  let ready = false
  while (!ready && performance.now() - began < 60_000) {
    await new Promise((resolve) => setTimeout(resolve, 50))
    ready = await fetch(`http://127.0.0.1:${port}/local/health`).then(
      (answer) => answer.ok,
      () => false,
    )
  }
  const seconds = (performance.now() - began) / 1000
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
  rmSync(folder, { recursive: true, force: true })
  return [most('npm start until it serves', seconds, 's', 10)]
}
