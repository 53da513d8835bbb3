/** Makes `Date` tell the virtual time, and nothing else: timers stay real, so that sockets and SDK time-outs work. */
import type { Clock } from './clock.ts'

const RealDate = Date

/** The wall clock, whatever was patched since. */
export const wallNow = (): number => RealDate.now()

/** Patches the global; answers what undoes it. */
export const useVirtualDate = (clock: Clock): (() => void) => {
  class VirtualDate extends RealDate {
    constructor(...given: readonly unknown[]) {
      if (given.length === 0) super(clock.now())
      else super(...(given as [number]))
    }

    static override now(): number {
      return clock.now()
    }
  }
  globalThis.Date = VirtualDate as DateConstructor
  return () => {
    globalThis.Date = RealDate
  }
}
