/**
 * Takes the place of `@aws-sdk/credential-provider-node` in the bundles. A Lambda function has its credentials in
 * the environment; the SDK's chain of other sources (profiles, single sign-on, metadata) would be dead weight.
 */

const read = (name: string): string => {
  // biome-ignore lint/style/noProcessEnv: bundled into the functions in place of the SDK's own reader
  const value = process.env[name]
  if (value === undefined) throw new Error(`${name} is not set: this bundle runs as a Lambda function only`)
  return value
}

/** What every client asks for when it is given no credentials. */
export const defaultProvider = () => async () => ({
  accessKeyId: read('AWS_ACCESS_KEY_ID'),
  secretAccessKey: read('AWS_SECRET_ACCESS_KEY'),
  sessionToken: read('AWS_SESSION_TOKEN'),
})
