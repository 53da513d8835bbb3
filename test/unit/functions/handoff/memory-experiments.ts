/** Counts of the arms of splits, in memory. */
import type { ArmCount } from '../../../../domain/experiment.ts'
import type { Experiments } from '../../../../functions/shared/ports.ts'

export class MemoryExperiments implements Experiments {
  readonly counts = new Map<string, Map<string, { sends: number; clicks: number }>>()
  readonly won = new Map<string, string>()

  async count(
    sequence: string,
    split: string,
    path: string,
    what: 'sends' | 'clicks',
  ): Promise<readonly ArmCount[]> {
    const arms = this.counts.get(`${sequence}/${split}`) ?? new Map()
    const arm = arms.get(path) ?? { sends: 0, clicks: 0 }
    this.counts.set(`${sequence}/${split}`, arms.set(path, { ...arm, [what]: arm[what] + 1 }))
    return [...arms].map(([id, count]) => ({ path: id, ...count }))
  }

  async winners(sequence: string): Promise<Readonly<Record<string, string>>> {
    const mine = [...this.won].filter(([key]) => key.startsWith(`${sequence}/`))
    return Object.fromEntries(mine.map(([key, path]) => [key.slice(sequence.length + 1), path]))
  }

  async declare(sequence: string, split: string, path: string): Promise<boolean> {
    if (this.won.has(`${sequence}/${split}`)) return false
    this.won.set(`${sequence}/${split}`, path)
    return true
  }
}
