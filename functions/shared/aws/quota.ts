/** How much the account has sent, as SES counts it. */
import { GetAccountCommand } from '@aws-sdk/client-sesv2'
import type { Log } from '../log.ts'
import type { Clock, Quota } from '../ports.ts'
import { ses } from './clients.ts'

/** SES answers GetAccount once a second for a whole account: each process asks once a minute. */
const freshFor = 60_000

/** The driver of a process. What SES does not tell holds no mail back: the last answer counts, else there is none. */
export const sesQuota = (clock: Clock, log: Log): Quota => {
  let last: number | undefined
  let until = 0
  const ask = async (): Promise<void> => {
    try {
      const { SendQuota } = await ses().send(new GetAccountCommand({}))
      last = SendQuota?.SentLast24Hours ?? last
    } catch (error) {
      log.error('quota.unknown', error, {})
    }
  }
  return {
    sentLastDay: async () => {
      if (clock.now() >= until) {
        until = clock.now() + freshFor
        await ask()
      }
      return last
    },
  }
}
