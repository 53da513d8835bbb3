/** What every screen of the console has around it. */
import { html, raw } from 'hono/html'
import { style } from './style.ts'

export type Html = ReturnType<typeof html>

const steps = [
  { by: 'PT1H', label: '+1 hour' },
  { by: 'P1D', label: '+1 day' },
  { by: 'P7D', label: '+1 week' },
] as const

/** "Mon 23 Nov 2026, 09:30" in UTC. */
export const when = (iso: string): string => {
  const date = new Date(iso)
  const day = date.toLocaleDateString('en-GB', {
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    timeZone: 'UTC',
  })
  return `${day}, ${iso.slice(11, 16)}`
}

/** A whole screen. `back` is where the clock buttons return to. */
export const shell = (
  title: string,
  now: string,
  back: string,
  main: Html,
  columns: 'one' | 'two' = 'one',
): Html => html`<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${title} · Tendril</title><style>${raw(style)}</style></head>
<body>
<header><div class="bar"><a class="brand" href="/"><svg width="22" height="22" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" aria-hidden="true"><path d="M12 22V10"/><path d="M12 14c-5 0-7-3-7-7 5 0 7 3 7 7Z"/><path d="M12 11c0-5 3-8 8-8 0 5-3 8-8 8Z"/></svg>Tendril</a>
<div class="clock"><time datetime="${now}">${when(now)} UTC</time>${steps.map(
  ({ by, label }) =>
    html`<form method="post" action="/console/clock"><input type="hidden" name="by" value="${by}"><input type="hidden" name="back" value="${back}"><button>${label}</button></form>`,
)}</div></div></header>
<main class="${columns}">${main}</main>
</body></html>`
