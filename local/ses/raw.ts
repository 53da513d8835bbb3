/** Reads a message that was given as MIME. */
import PostalMime from 'postal-mime'
import type { SimpleMail } from './request.ts'

const STRUCTURAL = /^(from|to|cc|bcc|reply-to|subject|date|message-id|mime-version|content-.*)$/i

/** What a simple message says in fields, out of a raw one. */
export const parseRaw = async (raw: string): Promise<SimpleMail & { readonly to: string[] }> => {
  const parsed = await PostalMime.parse(raw)
  const { address = '', name = '' } = parsed.from ?? {}
  return {
    from: name === '' ? address : `${name} <${address}>`,
    to: (parsed.to ?? []).flatMap((one) => (one.address === undefined ? [] : [one.address])),
    subject: parsed.subject ?? '',
    html: parsed.html,
    text: parsed.text,
    headers: parsed.headers
      .filter((header) => !STRUCTURAL.test(header.key))
      .map((header) => ({ name: header.originalKey ?? header.key, value: header.value })),
  }
}
