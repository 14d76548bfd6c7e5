//! Mistakes as people make them, one at a time, and the rule that catches each.
//!
//! A mistake is a change of a template's text. Invariant: each is caught by the rule that it names, and no rule is
//! without one.

use std::collections::BTreeSet;

use seoga_tests::repository::root;

use crate::rules;
use crate::stacks::Stacks;
use crate::template::text;

/// A mistake: what it is in words, the template, what stands there, what stands there by mistake, the rule.
struct Mistake(&'static str, &'static str, &'static str, &'static str, &'static str);

#[rustfmt::skip]
const MISTAKES: &[Mistake] = &[
    // functions
    Mistake("environment variables on an edge function", "edge", "      Code: {S3Bucket: !Ref ReleaseBucket, S3Key: !Ref SearchKey}\n", "      Code: {S3Bucket: !Ref ReleaseBucket, S3Key: !Ref SearchKey}\n      Environment: {Variables: {TABLE: !Ref ChoicesTable}}\n", "no-variables"),
    Mistake("a layer on an edge function", "edge", "      Handler: choice.handler\n", "      Handler: choice.handler\n      Layers: [\"arn:aws:lambda:us-east-1:111122223333:layer:l:1\"]\n", "edge-properties"),
    Mistake("more /tmp than 512 MB", "edge", "      Handler: search.handler\n", "      Handler: search.handler\n      EphemeralStorage: {Size: 1024}\n", "edge-properties"),
    Mistake("arm64", "edge", "Architectures: [x86_64]", "Architectures: [arm64]", "x86-64"),
    Mistake("no architecture said", "edge", "      Architectures: [x86_64]\n", "", "x86-64"),
    Mistake("an older runtime", "edge", "Runtime: nodejs24.x", "Runtime: nodejs20.x", "runtime"),
    Mistake("a time limit above 30 s", "edge", "Timeout: 10", "Timeout: 60", "time-limit"),
    Mistake("memory above the limit", "edge", "    Default: 512\n    MinValue: 128\n    MaxValue: 10240", "    Default: 512\n    MinValue: 128\n    MaxValue: 20480", "memory"),
    Mistake("an unversioned function", "edge", "LambdaFunctionARN: !Ref SearchVersion", "LambdaFunctionARN: !GetAtt SearchFunction.Arn", "numbered-version"),
    Mistake("a version that goes with the next", "edge", "    Type: AWS::Lambda::Version\n    DeletionPolicy: Retain\n", "    Type: AWS::Lambda::Version\n", "version-kept"),
    Mistake("a function that goes with its stack", "edge", "    Type: AWS::Lambda::Function\n    DeletionPolicy: RetainExceptOnCreate\n    UpdateReplacePolicy: Retain\n", "    Type: AWS::Lambda::Function\n", "function-kept"),
    Mistake("a version without its zip's hash", "edge", "      CodeSha256: !Ref ChoiceSha256\n", "", "new-code-new-version"),
    Mistake("no edgelambda principal", "edge", "[lambda.amazonaws.com, edgelambda.amazonaws.com]", "[lambda.amazonaws.com]", "edge-trust"),
    Mistake("a role that anybody's service takes", "edge", "[lambda.amazonaws.com, edgelambda.amazonaws.com]", "[lambda.amazonaws.com, edgelambda.amazonaws.com, ec2.amazonaws.com]", "edge-trust"),
    Mistake("PutItem for the search function too", "edge", "Action: [logs:CreateLogStream, logs:PutLogEvents]\n                Resource: !Sub \"arn:${AWS::Partition}:logs:*:${AWS::AccountId}:log-group:/${Prefix}/search:*\"\n", "Action: [logs:CreateLogStream, logs:PutLogEvents]\n                Resource: !Sub \"arn:${AWS::Partition}:logs:*:${AWS::AccountId}:log-group:/${Prefix}/search:*\"\n              - Effect: Allow\n                Action: dynamodb:PutItem\n                Resource: !Sub \"arn:${AWS::Partition}:dynamodb:${DataRegion}:${AWS::AccountId}:table/${ChoicesTable}\"\n", "own-log-only"),
    Mistake("a choice function that reads", "edge", "Action: [dynamodb:PutItem, dynamodb:UpdateItem]", "Action: [dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:Query]", "puts-choices-only"),
    Mistake("a choice function that may not count", "edge", "Action: [dynamodb:PutItem, dynamodb:UpdateItem]", "Action: dynamodb:PutItem", "puts-choices-only"),
    Mistake("a choice function for every table", "edge", ":table/${ChoicesTable}\"\n\n  ChoiceFunction", ":table/*\"\n\n  ChoiceFunction", "puts-choices-only"),
    Mistake("a wildcard action", "edge", "Action: sns:Publish", "Action: sns:*", "no-action-wildcard"),
    Mistake("a wildcard resource", "base", "                Resource: !Sub \"${ReleaseBucket.Arn}/releases/*\"", "                Resource: \"*\"", "no-resource-wildcard"),
    Mistake("a role that makes log groups", "base", "                  - lambda:GetFunction\n", "                  - lambda:GetFunction\n                  - logs:CreateLogGroup\n", "makes-no-logs"),
    Mistake("a deploying role for every branch", "base", "repo:${Repository}:environment:production", "repo:${Repository}:*", "workflow-trust"),
    Mistake("a function URL with response streaming", "edge", "  SearchVersion:\n", "  SearchUrl:\n    Type: AWS::Lambda::Url\n    Properties: {AuthType: NONE, InvokeMode: RESPONSE_STREAM, TargetFunctionArn: !Ref SearchFunction}\n\n  SearchVersion:\n", "no-other-door"),
    // rights
    Mistake("a deploying role that may not list tags", "base", "                  - lambda:ListTags\n", "", "changes-have-their-rights"),
    Mistake("a deploying role that may not let a version go", "base", "                  - lambda:DisableReplication*\n", "", "changes-have-their-rights"),
    Mistake("a deploying role that deletes functions", "base", "                  - lambda:ListTags\n", "                  - lambda:ListTags\n                  - lambda:DeleteFunction\n", "changes-have-their-rights"),
    Mistake("functions with reserved concurrency, which nobody may change", "edge", "      Handler: search.handler\n", "      Handler: search.handler\n      ReservedConcurrentExecutions: 5\n", "changes-have-their-rights"),
    Mistake("a type that nobody was said to deploy", "edge", "    Type: AWS::Budgets::Budget\n", "    Type: AWS::CloudFront::KeyValueStore\n", "each-type-has-its-deployer"),
    Mistake("a deploying role for every distribution", "base", "                Condition:\n                  StringEquals: {\"aws:ResourceTag/seoga\": !Ref Prefix}\n", "                Condition:\n", "one-distribution"),
    Mistake("a deploying role that changes functions by itself", "base", "                Condition: {\"ForAnyValue:StringEquals\": {\"aws:CalledVia\": cloudformation.amazonaws.com}}\n", "", "changes-through-stacks"),
    Mistake("a role that the stack would keep", "base", "{\"iam:PassedToService\": lambda.amazonaws.com}", "{\"iam:PassedToService\": [lambda.amazonaws.com, cloudformation.amazonaws.com]}", "changes-through-stacks"),
    Mistake("a distribution without its tag", "edge", "      Tags: [{Key: seoga, Value: !Ref Prefix}]\n", "", "one-distribution"),
    Mistake("a role passed to any service", "base", "                Condition: {StringEquals: {\"iam:PassedToService\": lambda.amazonaws.com}}\n", "", "roles-for-lambda"),
    // answers
    Mistake("plain HTTP allowed", "edge", "ViewerProtocolPolicy: https-only", "ViewerProtocolPolicy: allow-all", "https-only"),
    Mistake("TLS 1.0", "edge", "TLSv1.2_2021", "TLSv1_2016", "tls-1.2"),
    Mistake("no HTTP/3", "edge", "HttpVersion: http2and3", "HttpVersion: http2", "http-3"),
    Mistake("no compression", "edge", "          Compress: true\n          CachePolicyId: !Ref PagesCache", "          CachePolicyId: !Ref PagesCache", "compressed"),
    Mistake("methods that CloudFront does not take together", "edge", "            AllowedMethods: [GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE]", "            AllowedMethods: [GET, HEAD, POST]", "methods"),
    Mistake("search at viewer-request, for every hit", "edge", "              - EventType: origin-request", "              - EventType: viewer-request", "one-event"),
    Mistake("no body for choices", "edge", "IncludeBody: true", "IncludeBody: false", "body-where-posted"),
    Mistake("a function in front of the index", "edge", "            CachePolicyId: !Ref FilesCache\n            ResponseHeadersPolicyId: !Ref SecurityHeaders\n          - PathPattern: /assets/check/*", "            CachePolicyId: !Ref FilesCache\n            ResponseHeadersPolicyId: !Ref SecurityHeaders\n            LambdaFunctionAssociations: [{EventType: origin-request, IncludeBody: false, LambdaFunctionARN: !Ref SearchVersion}]\n          - PathPattern: /assets/check/*", "files-without-function"),
    Mistake("a parameter missing in the cache key", "edge", "'limit', 'v', 'hl'", "'limit', 'hl'", "key-has-the-contract"),
    Mistake("a list of parameters in a policy again", "edge", "QueryStringsConfig: {QueryStringBehavior: all}", "QueryStringsConfig: {QueryStringBehavior: whitelist, QueryStrings: [q, library, class, year, publisher, lang, sort, page, limit, v, hl]}", "key-has-the-contract"),
    Mistake("the user agent in the cache key", "edge", "Headers: [Accept-Language]}\n          QueryStringsConfig", "Headers: [Accept-Language, User-Agent]}\n          QueryStringsConfig", "key-headers"),
    Mistake("cookies in the cache key", "edge", "CookiesConfig: {CookieBehavior: none}\n          HeadersConfig: {HeaderBehavior: whitelist, Headers: [Origin]}", "CookiesConfig: {CookieBehavior: all}\n          HeadersConfig: {HeaderBehavior: whitelist, Headers: [Origin]}", "key-headers"),
    Mistake("query strings cached as they come", "edge", "            FunctionAssociations:\n              - EventType: viewer-request\n                FunctionARN: !GetAtt Canonical.FunctionARN\n", "", "canonical-first"),
    Mistake("what is posted kept", "edge", "CachePolicyId: !Ref NoCache", "CachePolicyId: !Ref FilesCache", "posts-not-cached"),
    Mistake("answers kept for a year", "edge", "        MinTTL: 0\n        DefaultTTL: 0\n        MaxTTL: 86400\n", "        MinTTL: 0\n        DefaultTTL: 0\n        MaxTTL: 31536000\n", "answers-say-how-long"),
    Mistake("no-store kept for a second", "edge", "        MinTTL: 0\n        DefaultTTL: 0\n        MaxTTL: 86400\n", "        MinTTL: 1\n        DefaultTTL: 1\n        MaxTTL: 86400\n", "answers-say-how-long"),
    Mistake("a behaviour without security headers", "edge", "          ResponseHeadersPolicyId: !Ref SecurityHeaders\n          FunctionAssociations", "          FunctionAssociations", "headers-everywhere"),
    Mistake("a description with credentials", "edge", "AccessControlAllowCredentials: false", "AccessControlAllowCredentials: true", "description-for-all"),
    Mistake("no HSTS", "edge", "          StrictTransportSecurity:\n            AccessControlMaxAgeSec: 31536000\n            Override: false\n", "", "hsts"),
    Mistake("a looser CSP", "edge", "default-src 'none'; base-uri", "default-src 'self' 'unsafe-inline'; base-uri", "csp-of-the-core"),
    Mistake("a CSP that stands in for the core's", "edge", "frame-ancestors 'none'\"\n            Override: false", "frame-ancestors 'none'\"\n            Override: true", "csp-of-the-core"),
    Mistake("a page that checks files and may send them", "edge", "script-src 'self' 'wasm-unsafe-eval';", "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self';", "check-page-sends-nothing"),
    Mistake("a page that checks files by the policy of all files", "edge", "          - PathPattern: /assets/check/*", "          - PathPattern: /assets/chek/*", "check-page-first"),
    Mistake("a service worker that asks other sites", "edge", "connect-src 'self'; base-uri", "connect-src *; base-uri", "device-asks-this-site"),
    Mistake("a service worker for its own folder alone", "edge", "            - {Header: Service-Worker-Allowed, Value: /, Override: false}\n", "", "device-asks-this-site"),
    Mistake("frames allowed", "edge", "FrameOption: DENY", "FrameOption: SAMEORIGIN", "other-headers-of-the-core"),
    Mistake("files without a permissions policy", "edge", "            - {Header: Permissions-Policy, ", "            - {Header: X-Permissions-Policy, ", "other-headers-of-the-core"),
    Mistake("covers for nobody else's pages", "edge", "{Header: Cross-Origin-Resource-Policy, Value: same-origin, Override: false}", "{Header: Cross-Origin-Resource-Policy, Value: same-origin, Override: true}", "other-headers-of-the-core"),
    Mistake("a page instead of a refused choice", "edge", "          - {ErrorCode: 503, ErrorCachingMinTTL: 1}", "          - {ErrorCode: 403, ResponseCode: 404, ResponsePagePath: /assets/unavailable.html}", "errors-stay-ours"),
    Mistake("development mode deployed", "edge", "              - HeaderName: x-seoga-choice-days\n                HeaderValue: !Ref ChoiceDays", "              - HeaderName: x-seoga-mode\n                HeaderValue: development", "settings-by-header"),
    Mistake("a header that CloudFront keeps for itself", "edge", "HeaderName: x-seoga-cache-mb", "HeaderName: x-amz-cache-mb", "settings-by-header"),
    Mistake("the signing key in the template", "edge", "              - HeaderName: x-seoga-key-secret\n                HeaderValue: !Ref SigningSecret\n", "              - HeaderName: x-seoga-key\n                HeaderValue: \"1:0123456789abcdef0123456789abcdef\"\n", "key-from-secrets"),
    Mistake("the signing key in the distribution's configuration", "edge", "              - HeaderName: x-seoga-key-secret\n                HeaderValue: !Ref SigningSecret\n", "              - HeaderName: x-seoga-key\n                HeaderValue: !Sub \"{{resolve:secretsmanager:${SigningSecret}:SecretString:secret::${SigningSecretVersion}}}\"\n", "key-from-secrets"),
    Mistake("a workflow that reads the signing key", "base", "              - Sid: TheirRoles\n", "              - Sid: Key\n                Effect: Allow\n                Action: secretsmanager:GetSecretValue\n                Resource: !Ref SigningKey\n              - Sid: TheirRoles\n", "key-from-secrets"),
    Mistake("a function that reads every secret", "edge", ":secret:${SigningSecret}-??????", ":secret:${Prefix}-*", "own-log-only"),
    Mistake("the signing key sent to the bucket", "edge", "          - Id: files\n", "          - Id: files\n            OriginCustomHeaders: [{HeaderName: x-seoga-key, HeaderValue: !Ref SigningSecret}]\n", "key-from-secrets"),
    Mistake("WAF paid for by everybody", "edge", "WebACLId: !If [HasWaf, !GetAtt Waf.Arn, !Ref AWS::NoValue]", "WebACLId: !GetAtt Waf.Arn", "waf-by-choice"),
    Mistake("the function on the older runtime", "edge", "Runtime: cloudfront-js-2.0", "Runtime: cloudfront-js-1.0", "function-fits"),
    // storage
    Mistake("a public bucket", "edge", "        BlockPublicPolicy: true\n", "        BlockPublicPolicy: false\n", "site-private"),
    Mistake("a bucket as a web site", "edge", "      VersioningConfiguration: {Status: Enabled}\n", "      VersioningConfiguration: {Status: Enabled}\n      WebsiteConfiguration: {IndexDocument: index.html}\n", "site-private"),
    Mistake("a public incoming bucket", "data", "        RestrictPublicBuckets: true\n", "        RestrictPublicBuckets: false\n", "incoming-private"),
    Mistake("access logs that ACLs open", "edge", "  AccessLogs:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: RetainExceptOnCreate\n    UpdateReplacePolicy: Retain\n    Properties:\n", "  AccessLogs:\n    Type: AWS::S3::Bucket\n    DeletionPolicy: RetainExceptOnCreate\n    UpdateReplacePolicy: Retain\n    Properties:\n      AccessControl: LogDeliveryWrite\n", "logs-private"),
    Mistake("zips that ACLs open", "base", "BucketOwnerEnforced", "ObjectWriter", "releases-private"),
    Mistake("no origin access control", "edge", "            OriginAccessControlId: !GetAtt SiteAccess.Id\n            S3OriginConfig: {OriginAccessIdentity: \"\"}\n          # The", "            S3OriginConfig: {OriginAccessIdentity: \"\"}\n          # The", "origin-access"),
    Mistake("requests that are not always signed", "edge", "SigningBehavior: always", "SigningBehavior: never", "origin-access"),
    Mistake("any distribution may read the bucket", "edge", "            Condition:\n              StringEquals:\n                AWS:SourceArn: !Sub \"arn:${AWS::Partition}:cloudfront::${AWS::AccountId}:distribution/${Distribution}\"\n", "", "own-distribution"),
    Mistake("everybody may send files", "data", "            Effect: Deny\n", "            Effect: Allow\n", "no-stranger"),
    Mistake("buckets that take plain HTTP", "data", "{Bool: {\"aws:SecureTransport\": \"false\"}}", "{Bool: {\"aws:SecureTransport\": \"true\"}}", "buckets-want-tls"),
    Mistake("an unversioned incoming bucket", "data", "      VersioningConfiguration: {Status: Enabled}\n", "", "incoming-versioned"),
    Mistake("incoming files kept for ever", "data", "            ExpirationInDays: !Ref CatalogueDays\n", "", "incoming-ends"),
    Mistake("uploads that nobody hears of", "data", "{EventBridgeEnabled: true}", "{EventBridgeEnabled: false}", "upload-rebuilds"),
    Mistake("a workflow that may change what libraries sent", "base", "${Prefix}-data-incoming-*/uploads/reports/*", "${Prefix}-data-incoming-*/*", "notices-alone"),
    Mistake("a workflow that may delete notices", "base", "Action: [s3:GetObject, s3:PutObject]\n                Resource: !Sub \"arn:${AWS::Partition}:s3:::${Prefix}-data-incoming-", "Action: [s3:GetObject, s3:PutObject, s3:DeleteObject]\n                Resource: !Sub \"arn:${AWS::Partition}:s3:::${Prefix}-data-incoming-", "notices-alone"),
    Mistake("senders whom nobody can tell", "base", "              - Sid: TellSenders\n                Effect: Allow\n", "              - Sid: TellSenders\n                Effect: Deny\n", "notices-alone"),
    Mistake("a rebuild for every file of an upload", "data", "{key: [uploads/ready]}", "{key: [{prefix: catalogue/}]}", "upload-rebuilds"),
    Mistake("no TTL", "data", "      TimeToLiveSpecification: {AttributeName: expires_at, Enabled: true}\n", "", "table-ends"),
    Mistake("no point-in-time recovery", "data", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "table-recovers"),
    Mistake("no deletion protection", "data", "      DeletionProtectionEnabled: true\n", "", "table-protected"),
    Mistake("a table that goes with its stack", "data", "    DeletionPolicy: RetainExceptOnCreate\n", "    DeletionPolicy: Delete\n", "stacks-leave-data"),
    Mistake("a key in the way of a second try", "base", "    Type: AWS::SecretsManager::Secret\n    DeletionPolicy: RetainExceptOnCreate\n", "    Type: AWS::SecretsManager::Secret\n    DeletionPolicy: Retain\n", "kept-by-name"),
    Mistake("a table in the way of a second try", "data", "    DeletionPolicy: RetainExceptOnCreate\n    UpdateReplacePolicy: Retain\n    Properties:\n      TableName", "    DeletionPolicy: Retain\n    UpdateReplacePolicy: Retain\n    Properties:\n      TableName", "kept-by-name"),
    Mistake("an alarm made after the protected table", "data", "AlarmTopicPolicy, ThrottledAlarm, WritesAlarm]", "AlarmTopicPolicy, ThrottledAlarm]", "protected-last"),
    Mistake("a rebuild's rule made after the protected table", "data", "!If [HasRepository, !Ref RebuildAlarm, no repository]", "no repository", "protected-last"),
    Mistake("a table without a ceiling", "data", "      OnDemandThroughput: {MaxWriteRequestUnits: !Ref WritesPerSecond, MaxReadRequestUnits: !Ref ReadsPerSecond}\n", "", "table-has-a-ceiling"),
    Mistake("a key by which one visitor blocks another", "data", "        - {AttributeName: user_id, KeyType: HASH}\n        - {AttributeName: query_book, KeyType: RANGE}\n", "        - {AttributeName: query_book, KeyType: HASH}\n", "table-keys"),
    // watch
    Mistake("no retention of logs", "region", ", RetentionInDays: !Ref LogDays", "", "logs-end"),
    Mistake("a log group that nobody made", "edge", "LogGroup: !Sub \"/${Prefix}/choice\"", "LogGroup: !Sub \"/aws/lambda/${Prefix}-choice\"", "logs-are-there"),
    Mistake("system lines from WARN on", "edge", "SystemLogLevel: INFO", "SystemLogLevel: WARN", "report-lines-kept"),
    Mistake("lines as text", "edge", "LogFormat: JSON", "LogFormat: Text", "report-lines-kept"),
    Mistake("access logs kept for ever", "edge", "            ExpirationInDays: !Ref LogDays\n", "", "access-logs-end"),
    Mistake("client addresses in access logs", "edge", "        - cs-method\n", "        - cs-method\n        - c-ip\n", "logs-without-persons"),
    Mistake("query strings in access logs", "edge", "        - cs-uri-stem\n", "        - cs-uri-stem\n        - cs-uri-query\n", "logs-without-persons"),
    Mistake("samples of requests in WAF", "edge", "SampledRequestsEnabled: false", "SampledRequestsEnabled: true", "no-samples"),
    Mistake("an alarm without an action", "edge", "      AlarmActions: [!Ref AlarmTopic]\n      OKActions: [!Ref AlarmTopic]\n", "", "alarms-tell"),
    Mistake("no alarm on errors", "edge", "MetricName: 5xxErrorRate", "MetricName: 4xxErrorRate", "alarms-are-there"),
    Mistake("a topic that alarms cannot reach", "data", "Principal: {Service: cloudwatch.amazonaws.com}", "Principal: {Service: events.amazonaws.com}", "topics-take-them"),
    Mistake("a chat channel that may act", "edge", "policy/AWSDenyAll", "policy/AdministratorAccess", "chat-reads-only"),
    Mistake("a chat that is told one stack's alarms", "edge", "${AlarmTopic},${AlarmTopics}", "${AlarmTopic}", "chat-hears-all"),
    Mistake("a region that does not say where its alarms go", "region", "  AlarmTopic:\n    Description: The topic that this region's alarms go to.\n    Value: !Ref AlarmTopic\n", "  SearchLog:\n    Description: The log of searches.\n    Value: !Ref SearchLog\n", "chat-hears-all"),
    Mistake("no budget", "edge", "    Type: AWS::Budgets::Budget\n", "    Type: AWS::CloudFormation::WaitConditionHandle\n", "budget"),
    Mistake("a parameter that says nothing", "edge", "    Description: Days a choice is kept.\n", "", "parameters-described"),
    Mistake("a parameter that takes anything", "edge", "    AllowedPattern: \"^$|^Z[A-Z0-9]{1,31}$\"\n", "", "parameters-validated"),
    // analysis
    Mistake("a public bucket of exports", "analysis", "        BlockPublicPolicy: true\n", "        BlockPublicPolicy: false\n", "exports-private"),
    Mistake("exports over plain HTTP", "analysis", "            Condition: {Bool: {\"aws:SecureTransport\": \"false\"}}\n", "            Condition: {Bool: {\"aws:SecureTransport\": \"true\"}}\n", "buckets-want-tls"),
    Mistake("exports that are not encrypted", "analysis", "      BucketEncryption:\n        ServerSideEncryptionConfiguration:\n          - ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}\n", "", "exports-encrypted"),
    Mistake("exports that outlive the choices", "analysis", "ExpirationInDays: !Ref ChoiceDays", "ExpirationInDays: 3650", "exports-end"),
    Mistake("only some exports end", "analysis", "            ExpirationInDays: !Ref ChoiceDays\n", "            Prefix: choices/\n            ExpirationInDays: !Ref ChoiceDays\n", "exports-end"),
    Mistake("exports kept longer than choices by default", "analysis", "    Default: 180\n", "    Default: 400\n", "exports-end"),
    Mistake("versions of what was erased", "analysis", "      LifecycleConfiguration:\n", "      VersioningConfiguration: {Status: Enabled}\n      LifecycleConfiguration:\n", "exports-unversioned"),
    Mistake("results that stay", "analysis", "            Prefix: results/\n            ExpirationInDays: !Ref ResultDays\n", "            Prefix: result/\n            ExpirationInDays: !Ref ResultDays\n", "results-end"),
    Mistake("results kept for a year", "analysis", "    MaxValue: 7\n", "    MaxValue: 365\n", "results-end"),
    Mistake("a client that says where its results go", "analysis", "EnforceWorkGroupConfiguration: true", "EnforceWorkGroupConfiguration: false", "scan-limited"),
    Mistake("queries that scan what they like", "analysis", "        BytesScannedCutoffPerQuery: !Ref ScanBytes\n", "", "scan-limited"),
    Mistake("results among the exports", "analysis", "s3://${Exports}/results/", "s3://${Exports}/choices/", "scan-limited"),
    Mistake("an analyst who writes exports", "analysis", "            Action: s3:GetObject\n", "            Action: [s3:GetObject, s3:PutObject]\n", "analyst-reads"),
    Mistake("an analyst who deletes results", "analysis", "s3:ListMultipartUploadParts, s3:PutObject]", "s3:ListMultipartUploadParts, s3:PutObject, s3:DeleteObject]", "analyst-reads"),
    Mistake("an analyst in every workgroup", "analysis", ":workgroup/${WorkGroup}", ":workgroup/*", "analyst-reads"),
    Mistake("a column of another type", "analysis", "{Name: rank, Type: int,", "{Name: rank, Type: bigint,", "table-is-the-export"),
    Mistake("a column that is not written", "analysis", "            - {Name: class, Type: string,", "            - {Name: sort, Type: string, Comment: Its order}\n            - {Name: class, Type: string,", "table-is-the-export"),
    Mistake("days that a crawler must find", "analysis", "          projection.enabled: \"true\"\n", "          projection.enabled: \"false\"\n", "table-is-the-export"),
    Mistake("a query of what two visitors share", "analysis", "        HAVING count(DISTINCT user_id) >= 5\n        ORDER BY visitors DESC, book", "        HAVING count(DISTINCT user_id) >= 2\n        ORDER BY visitors DESC, book", "queries-of-k"),
    Mistake("a query of choices and not of visitors", "analysis", "        HAVING count(DISTINCT user_id) >= 5\n        ORDER BY visitors DESC, words", "        HAVING count(*) >= 5\n        ORDER BY visitors DESC, words", "queries-of-k"),
    Mistake("a query that says who", "analysis", "        SELECT coalesce(id, isbn13) AS book, count(DISTINCT user_id) AS visitors\n", "        SELECT coalesce(id, isbn13) AS book, min(user_id) AS who, count(DISTINCT user_id) AS visitors\n", "queries-of-k"),
    Mistake("exports that go with their stack", "analysis", "    DeletionPolicy: RetainExceptOnCreate\n", "    DeletionPolicy: Delete\n", "stacks-leave-data"),
];

/// The names of the rules that a template breaks when it has this mistake.
fn caught(mistake: &Mistake) -> BTreeSet<&'static str> {
    let Mistake(what, stack, from, to, _) = mistake;
    let good = text(stack);
    assert!(good.contains(from), "{what}: {stack}.yaml has no {from:?}");
    let bad = good.replacen(from, to, 1);
    let stacks = Stacks::with(Some((stack, &bad))).unwrap_or_else(|error| panic!("{what}: {error}"));
    rules::all().filter(|(_, _, rule)| !rule(&stacks).is_empty()).map(|(name, ..)| name).collect()
}

/// The table of mistakes, as infra/README.md has it.
fn table() -> String {
    let mut table = String::from("| Mistake | Template | Caught by |\n|---|---|---|\n");
    for Mistake(what, stack, _, _, rule) in MISTAKES {
        table.push_str(&format!("| {what} | {stack} | `{rule}` |\n"));
    }
    table
}

#[test]
fn every_mistake_is_caught_by_its_rule() {
    let mut wrong = Vec::new();
    for mistake in MISTAKES {
        let caught = caught(mistake);
        if !caught.contains(mistake.4) {
            wrong.push(format!("{}: caught by {caught:?}, not by {}", mistake.0, mistake.4));
        }
        let others: Vec<_> = caught.iter().filter(|name| **name != mistake.4).collect();
        println!(
            "{:<48} {:<24} {}",
            mistake.0,
            mistake.4,
            if others.is_empty() { String::new() } else { format!("and {others:?}") }
        );
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn no_rule_is_without_a_mistake() {
    let proved: BTreeSet<_> = MISTAKES.iter().map(|mistake| mistake.4).collect();
    let rules: BTreeSet<_> = rules::all().map(|(name, ..)| name).collect();
    assert_eq!(proved, rules);
}

#[test]
fn the_readme_has_the_table() {
    let readme = std::fs::read_to_string(root().join("infra/README.md")).unwrap();
    assert!(readme.contains(&table()), "infra/README.md wants this table:\n{}", table());
}
