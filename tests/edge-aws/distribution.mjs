// The distribution of a template: origins, behaviours and policies, with the functions they lead to.
//
// Refused with its place is what CloudFront or Lambda@Edge would refuse at deploy, as far as it matters to a request, and what
// this tool does not model: a local edge that ignores a setting would prove nothing.

import { TIMEOUT_SECONDS } from '../../edge/lambda/limits.mjs';
import { ERROR_SECONDS } from './cache.mjs';
import { UNRESOLVED } from './template.mjs';

/** CloudFront's own policies, by id (docs: using-managed-cache-policies.html, using-managed-origin-request-policies.html, 2026-11). */
const MANAGED = {
  '4135ea2d-6df8-44a3-9df3-4b5a84be39ad': { MinTTL: 0, DefaultTTL: 0, MaxTTL: 0, ParametersInCacheKeyAndForwardedToOrigin: {} },
  '658327ea-f89d-4fab-a63d-7e88639e58f6': {
    MinTTL: 1, DefaultTTL: 86400, MaxTTL: 31536000,
    ParametersInCacheKeyAndForwardedToOrigin: { EnableAcceptEncodingGzip: true, EnableAcceptEncodingBrotli: true },
  },
};
const METHODS = [['GET', 'HEAD'], ['GET', 'HEAD', 'OPTIONS'], ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT']];
/** Names that a policy may list of each kind (docs: cloudfront-limits.html, 2026-11). */
const WHITELIST = 10;
const EDGE_EVENTS = ['viewer-request', 'origin-request', 'origin-response', 'viewer-response'];

/** The distribution; `settings` are more custom headers for the origin, such as those of a machine of one's own. */
export function distribution(resources, settings = {}) {
  const wrong = (what) => { throw new Error(`the template: ${what}`); };
  const found = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::CloudFront::Distribution');
  if (found.length !== 1) wrong(`it has ${found.length} distributions, not one`);
  const [id, { Properties: { DistributionConfig: config } }] = found[0];
  const follow = (reference, type) => {
    const name = /^(?:ref|att):([^.]+)/.exec(reference ?? '')?.[1];
    const resource = resources[name];
    if (resource?.Type !== type) wrong(`${JSON.stringify(reference)} leads to no ${type}`);
    return { name, ...resource.Properties };
  };

  const origins = Object.fromEntries(config.Origins.map((origin) => {
    if (!origin.S3OriginConfig) wrong(`the origin ${origin.Id} is not S3: not modelled`);
    const headers = Object.fromEntries((origin.OriginCustomHeaders ?? []).map(({ HeaderName, HeaderValue }) => [HeaderName.toLowerCase(), HeaderValue]));
    for (const [name, value] of Object.entries(headers)) {
      if (/^x-(amz|edge)-/.test(name)) wrong(`the origin's header ${name} begins with what CloudFront keeps for itself`);
      // A secret is not here: the deployment gets it, this one is told another way.
      if (value === '' || UNRESOLVED.test(value)) delete headers[name];
    }
    return [origin.Id, { id: origin.Id, path: origin.OriginPath ?? '', headers: { ...headers, ...settings }, isOpened: opened(resources, origin, id) }];
  }));

  const cachePolicy = (reference) => {
    const given = MANAGED[reference] ?? follow(reference, 'AWS::CloudFront::CachePolicy').CachePolicyConfig;
    const key = given.ParametersInCacheKeyAndForwardedToOrigin;
    const names = (part, list, behaviour) => {
      const way = key[part]?.[behaviour] ?? 'none';
      if (way === 'all' && part === 'QueryStringsConfig') return 'all';
      if (way !== 'none' && way !== 'whitelist') wrong(`a cache policy with ${behaviour} ${way}: not modelled`);
      if (way === 'whitelist' && key[part][list].length > WHITELIST) wrong(`a cache policy with more than ${WHITELIST} names in ${list}`);
      return way === 'none' ? [] : key[part][list];
    };
    if (names('CookiesConfig', 'Cookies', 'CookieBehavior').length) wrong('cookies in a cache key: not modelled');
    return {
      min: Number(given.MinTTL), standard: Number(given.DefaultTTL), max: Number(given.MaxTTL),
      queries: names('QueryStringsConfig', 'QueryStrings', 'QueryStringBehavior'),
      headers: names('HeadersConfig', 'Headers', 'HeaderBehavior').map((name) => name.toLowerCase()),
      encodings: [key.EnableAcceptEncodingBrotli && 'br', key.EnableAcceptEncodingGzip && 'gzip'].filter(Boolean),
    };
  };
  const requestPolicy = (reference) => {
    if (!reference) return { queries: [], headers: [] };
    const given = follow(reference, 'AWS::CloudFront::OriginRequestPolicy').OriginRequestPolicyConfig;
    const names = (part, list, behaviour) => {
      const way = given[part][behaviour];
      if (way === 'none') return [];
      return way === 'whitelist' ? given[part][list] : way === 'all' && part === 'QueryStringsConfig' ? 'all' : wrong(`an origin request policy with ${behaviour} ${way}: not modelled`);
    };
    if (names('CookiesConfig', 'Cookies', 'CookieBehavior').length) wrong('cookies for the origin: not modelled');
    const headers = names('HeadersConfig', 'Headers', 'HeaderBehavior').map((name) => name.toLowerCase());
    if (headers.includes('host')) wrong('the viewer\'s Host for an S3 origin: its signature would not hold');
    return { queries: names('QueryStringsConfig', 'QueryStrings', 'QueryStringBehavior'), headers };
  };
  const edgeFunction = (association) => {
    const version = follow(association.LambdaFunctionARN, 'AWS::Lambda::Version');
    const given = follow(version.FunctionName, 'AWS::Lambda::Function');
    for (const refused of ['Environment', 'Layers', 'VpcConfig', 'DeadLetterConfig', 'FileSystemConfigs', 'ImageConfig']) {
      if (given[refused]) wrong(`${given.name} has ${refused}, which Lambda@Edge does not take`);
    }
    if ((given.Architectures ?? ['x86_64']).join() !== 'x86_64') wrong(`${given.name} is not for x86_64`);
    if ((given.Timeout ?? 3) > TIMEOUT_SECONDS) wrong(`${given.name} may take over ${TIMEOUT_SECONDS} s`);
    if (association.EventType !== 'origin-request') wrong(`${given.name} at ${association.EventType}: not modelled`);
    return {
      name: given.name, handler: given.Handler, memory: Number(given.MemorySize ?? 128), timeout: Number(given.Timeout ?? 3),
      body: association.IncludeBody === true,
    };
  };
  const responseHeaders = (reference) => {
    if (!reference) return undefined;
    const given = follow(reference, 'AWS::CloudFront::ResponseHeadersPolicy').ResponseHeadersPolicyConfig;
    if (given.ServerTimingHeadersConfig?.Enabled) wrong('server timing by policy: not modelled');
    return { set: policyHeaders(given), cors: given.CorsConfig && anyOrigin(given.CorsConfig, wrong), remove: (given.RemoveHeadersConfig?.Items ?? []).map(({ Header }) => Header.toLowerCase()) };
  };
  const behaviour = (given) => {
    const place = given.PathPattern ?? 'the default behaviour';
    const methods = given.AllowedMethods ?? METHODS[0];
    if (!METHODS.some((known) => known.join() === [...methods].sort().join())) wrong(`${place}: CloudFront takes no such set of methods`);
    const edge = given.LambdaFunctionAssociations ?? [];
    const viewer = given.FunctionAssociations ?? [];
    if (edge.some(({ EventType }) => !EDGE_EVENTS.includes(EventType))) wrong(`${place}: no such event`);
    if (edge.length > 1 || viewer.length > 1 || viewer.some(({ EventType }) => EventType !== 'viewer-request')) wrong(`${place}: more functions than are modelled`);
    if (!origins[given.TargetOriginId]) wrong(`${place}: no origin ${given.TargetOriginId}`);
    return {
      pattern: given.PathPattern, matches: matcher(given.PathPattern), methods, origin: origins[given.TargetOriginId],
      compress: given.Compress === true, cache: cachePolicy(given.CachePolicyId), forward: requestPolicy(given.OriginRequestPolicyId),
      headers: responseHeaders(given.ResponseHeadersPolicyId),
      viewer: viewer[0] && follow(viewer[0].FunctionARN, 'AWS::CloudFront::Function').FunctionCode,
      edge: edge[0] && edgeFunction(edge[0]),
    };
  };
  const errors = new Map();
  for (const one of config.CustomErrorResponses ?? []) {
    const page = one.ResponsePagePath && { path: one.ResponsePagePath, status: one.ResponseCode ?? one.ErrorCode };
    errors.set(Number(one.ErrorCode), { seconds: Number(one.ErrorCachingMinTTL ?? ERROR_SECONDS), page });
  }
  return { behaviours: [...(config.CacheBehaviors ?? []), { ...config.DefaultCacheBehavior, PathPattern: undefined }].map(behaviour), errors, root: config.DefaultRootObject ?? '' };
}

/** Whether the bucket opens to this distribution and to nobody else: origin access control, and a policy that names it. */
function opened(resources, origin, distributionId) {
  const control = resources[/^att:([^.]+)/.exec(origin.OriginAccessControlId ?? '')?.[1]]?.Properties?.OriginAccessControlConfig;
  if (control?.SigningBehavior !== 'always') return false;
  const bucket = /^att:([^.]+)/.exec(origin.DomainName)?.[1];
  return Object.values(resources).filter(({ Type }) => Type === 'AWS::S3::BucketPolicy').some(({ Properties }) => {
    if (Properties.Bucket !== `ref:${bucket}`) return false;
    return Properties.PolicyDocument.Statement.some((statement) =>
      statement.Effect === 'Allow' && statement.Principal?.Service === 'cloudfront.amazonaws.com' &&
      [statement.Action].flat().includes('s3:GetObject') &&
      JSON.stringify(statement.Condition ?? {}).includes(`ref:${distributionId}`));
  });
}

/** A path pattern: `*` for any text, `?` for one letter; a missing slash before it is meant. */
function matcher(pattern) {
  if (pattern === undefined) return () => true;
  const text = pattern.startsWith('/') ? pattern : `/${pattern}`;
  const expression = new RegExp(`^${text.replace(/[.+^${}()|[\]\\]/g, '\\$&').replace(/\*/g, '.*').replace(/\?/g, '.')}$`, 's');
  return (path) => expression.test(path);
}

/** What a cross-origin request gets by a policy that lets every origin read (docs: understanding-response-headers-policies.html, 2026-11). */
function anyOrigin(given, wrong) {
  const open = String(given.AccessControlAllowOrigins.Items) === '*' && given.AccessControlAllowCredentials === false && given.OriginOverride === true;
  if (!open) wrong('CORS by policy for some origins, with credentials or as the origin says: not modelled');
  return { 'access-control-allow-origin': '*' };
}

function policyHeaders({ SecurityHeadersConfig: security = {}, CustomHeadersConfig: custom }) {
  const set = [];
  const put = (part, name, value) => security[part] && set.push({ name, value: value(security[part]), override: security[part].Override });
  put('ContentSecurityPolicy', 'content-security-policy', (given) => given.ContentSecurityPolicy);
  put('ContentTypeOptions', 'x-content-type-options', () => 'nosniff');
  put('FrameOptions', 'x-frame-options', (given) => given.FrameOption);
  put('ReferrerPolicy', 'referrer-policy', (given) => given.ReferrerPolicy);
  put('StrictTransportSecurity', 'strict-transport-security', (given) =>
    [`max-age=${given.AccessControlMaxAgeSec}`, given.IncludeSubdomains && 'includeSubDomains', given.Preload && 'preload'].filter(Boolean).join('; '));
  for (const { Header, Value, Override } of custom?.Items ?? []) set.push({ name: Header.toLowerCase(), value: Value, override: Override });
  return set;
}
