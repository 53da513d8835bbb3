/** Keys that clients give to their requests, so that a repeated one is recognised (contracts: reliability S4). */

export interface Repeats {
  /** True when the key is new or was used for the same content; false when it stood for another. */
  same(key: string, print: string): Promise<boolean>
}
