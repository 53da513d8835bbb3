/** What the checks found, counted by invariant (I1 to I7), with the first examples of each. */

const shown = 5

export class Findings {
  private readonly examples = new Map<string, string[]>()
  private readonly counts = new Map<string, number>()

  /** `key` is the invariant with a word or two; `what` names the very thing. */
  add(key: string, what: string): void {
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1)
    const list = this.examples.get(key) ?? []
    if (list.length < shown) this.examples.set(key, [...list, what])
  }

  count(key: string): number {
    return this.counts.get(key) ?? 0
  }

  get total(): number {
    return [...this.counts.values()].reduce((all, count) => all + count, 0)
  }

  lines(): readonly string[] {
    return [...this.counts].flatMap(([key, count]) => [
      `${key}: ${count}`,
      ...(this.examples.get(key) ?? []).map((example) => `    ${example}`),
    ])
  }
}
