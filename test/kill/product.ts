/** The product as a process of its own: started, killed at any moment, started again on the same data. */
import { type ChildProcess, spawn } from 'node:child_process'
import { availableParallelism, loadavg } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'

export const token = 'kill-test-token'

const patience = 30_000

export interface Restart {
  /** Milliseconds from the start of the new process until it answers. */
  readonly ms: number
  /** Processes that wanted to run, per core, over the last minute. */
  readonly load: number
}

export class Product {
  readonly url: string
  readonly restarts: Restart[] = []
  kills = 0
  /** What the process said on its standard error, the last of it. */
  complaints = ''
  private readonly root: string
  private readonly env: Record<string, string>
  private child: ChildProcess | undefined
  private running: Promise<void> = Promise.resolve()

  constructor(root: string, port: number, env: Record<string, string>) {
    this.root = root
    this.url = `http://127.0.0.1:${port}`
    this.env = { ...env, PORT: String(port) }
  }

  /** Settles once the process that is meant to run answers. */
  get up(): Promise<void> {
    return this.running
  }

  get isUp(): boolean {
    return this.child !== undefined && this.child.exitCode === null && this.child.signalCode === null
  }

  async start(): Promise<number> {
    const began = performance.now()
    this.launch()
    await this.untilHealthy(began + patience)
    return performance.now() - began
  }

  /** SIGKILL to this very process, then a new one on the same data; with `inBoot`, that is killed too while it boots. */
  kill(inBoot?: number): Promise<void> {
    this.running = this.killAndRestart(inBoot)
    return this.running
  }

  async stop(): Promise<void> {
    const child = this.child
    if (child === undefined || !this.isUp) return
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGTERM')
    await Promise.race([gone, wait(10_000)])
    if (this.isUp) child.kill('SIGKILL')
    await gone
  }

  private async killAndRestart(inBoot: number | undefined): Promise<void> {
    await this.killOnly()
    if (inBoot !== undefined) {
      this.launch()
      await wait(inBoot)
      await this.killOnly()
    }
    const ms = await this.start()
    this.restarts.push({ ms, load: (loadavg()[0] ?? 0) / availableParallelism() })
  }

  private async killOnly(): Promise<void> {
    const child = this.child
    if (child === undefined) return
    if (!this.isUp) throw new Error(`The product ended by itself.\n${this.complaints}`)
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
    child.kill('SIGKILL')
    this.kills++
    await gone
  }

  private launch(): void {
    const child = spawn(process.execPath, [join(this.root, 'cli', 'tendril.js'), 'start'], {
      cwd: this.root,
      env: { ...process.env, ...this.env },
      stdio: ['ignore', 'ignore', 'pipe'],
    })
    child.stderr.setEncoding('utf8')
    child.stderr.on('data', (text: string) => {
      this.complaints = (this.complaints + text).slice(-20_000)
    })
    this.child = child
  }

  private async untilHealthy(deadline: number): Promise<void> {
    while (performance.now() < deadline) {
      if (!this.isUp) throw new Error(`The product did not start.\n${this.complaints}`)
      const answer = await fetch(`${this.url}/local/health`).catch(() => undefined)
      if (answer?.ok && ((await answer.json()) as { ready: boolean }).ready) return
      await wait(20)
    }
    throw new Error(`The product was not ready within ${patience / 1000} s.\n${this.complaints}`)
  }
}
