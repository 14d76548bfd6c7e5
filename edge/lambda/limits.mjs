// What Lambda@Edge takes and refuses at origin-request. Figures and lists are the platform's, each with its source; the
// functions keep to them before they answer, and the local edge (tests/edge-aws) refuses as CloudFront does.
//
// Sources, read 2026-11 (docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/): [limits]
// cloudfront-limits.html, [restrictions] edge-function-restrictions-all.html, [le] lambda-at-edge-function-restrictions.html.

/** Bytes of a generated response, headers and body [limits: 1 MB]; CloudFront answers 502 beyond. */
export const RESPONSE_BYTES = 1024 * 1024;
/** Bytes of a request's body that a function is shown [limits: 1 MB]; what was cut has `inputTruncated`. */
export const BODY_BYTES = 1024 * 1024;
/** Bytes of a URL [limits]; CloudFront answers 414 beyond. */
export const URL_BYTES = 8192;
/** Seconds a function may take [limits]. */
export const TIMEOUT_SECONDS = 30;

/** Headers that no function may set [restrictions, "disallowed"]; the first list by name, the second by beginning. */
export const DISALLOWED = [
  'connection', 'expect', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'trailer', 'upgrade',
  'x-amzn-auth', 'x-amzn-cf-billing', 'x-amzn-cf-id', 'x-amzn-cf-xff', 'x-amzn-errortype', 'x-amzn-fle-profile',
  'x-amzn-header-count', 'x-amzn-header-order', 'x-amzn-lambda-integration-tag', 'x-amzn-requestid', 'x-cache',
  'x-forwarded-proto', 'x-real-ip',
];
export const DISALLOWED_BEGINNINGS = ['x-accel-', 'x-amz-cf-', 'x-edge-'];
/** Headers that exist at origin-request and stay as they are [restrictions, "read-only"]. */
export const READ_ONLY = [
  'accept-encoding', 'content-length', 'if-modified-since', 'if-none-match', 'if-range', 'if-unmodified-since',
  'transfer-encoding', 'via',
];

/** Why a response's header is refused; nothing when it may be set. */
export function headerFault(name) {
  if (!/^[!#$%&'*+.^_`|~0-9a-z-]+$/.test(name)) return 'is no header name in lower case';
  if (DISALLOWED.includes(name) || DISALLOWED_BEGINNINGS.some((beginning) => name.startsWith(beginning))) return 'is disallowed';
  if (READ_ONLY.includes(name)) return 'is read-only';
  return undefined;
}
