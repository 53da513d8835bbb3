/** Text from outside as it may travel: SQS refuses some characters, and nobody needs the others. */

/** Control characters but tab and line breaks, and the two that are no characters at all. */
const unwanted = /(?![\t\n\r])\p{Cc}|[\ufffe\uffff]/gu

export const cleanText = (text: string): string => text.replace(unwanted, '')
