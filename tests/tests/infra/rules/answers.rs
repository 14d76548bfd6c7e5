//! The distribution: what reaches which function, what is cached under which key, what headers answers have.

use serde_json::{Value, json};

use seoga_tests::repository::root;

use super::rule::{Rule, each, unless};
use crate::stacks::{Resource, Stacks, contains, list, texts};
use crate::{contract, limits};

/// The path that is only ever posted to.
const POSTED: [&str; 2] = ["/user-choice", "/predict"];
/// Files that no function answers.
const FILES: [&str; 6] = ["/index/*", CHECK_PAGE, DEVICE, "/assets/*", "/favicon.ico", DESCRIPTION];
/// The page that checks files, with its scripts.
const CHECK_PAGE: &str = "/assets/check/*";
/// The service worker of who keeps the catalogue on a device, and its WASM.
const DEVICE: &str = "/assets/device/*";
/// The description of the API, which pages of any origin may read.
const DESCRIPTION: &str = "/openapi.json";

/// Lets that service worker compile and ask its own site.
const DEVICE_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(super) const RULES: &[Rule] = &[
    ("https-only", "nothing is answered without TLS", |s| {
        let secure = |one: &Value| one == "redirect-to-https" || one == "https-only";
        behaviours(s, |_, b| secure(&b["ViewerProtocolPolicy"]), "takes plain HTTP")
    }),
    ("tls-1.2", "TLS 1.2 or newer with a domain", |s| {
        let least = s.distribution().pointer("/ViewerCertificate/Fn::If/1/MinimumProtocolVersion");
        let new = least
            .and_then(Value::as_str)
            .is_some_and(|v| v.starts_with("TLSv1.2_") || v.starts_with("TLSv1.3_"));
        unless(new, format!("the least is {least:?}"))
    }),
    ("http-3", "HTTP/3 and HTTP/2", |s| unless(s.distribution()["HttpVersion"] == "http2and3", "no HTTP/3")),
    ("compressed", "every answer may be compressed", |s| {
        behaviours(s, |_, b| b["Compress"] == true, "is not")
    }),
    ("methods", "CloudFront takes two, three or all seven methods", methods),
    ("one-event", "functions at origin-request, the CloudFront Function at viewer-request", events),
    ("body-where-posted", "the body is handed over where something is posted", |s| {
        let handed =
            |b: &Value| list(&b["LambdaFunctionAssociations"]).iter().any(|a| a["IncludeBody"] == true);
        behaviours(s, |path, b| handed(b) == POSTED.contains(&path), "has it the wrong way")
    }),
    ("files-without-function", "the function fetches /index/ itself, so nothing runs there", |s| {
        let runs = |b: &Value| !list(&b["LambdaFunctionAssociations"]).is_empty();
        behaviours(s, |path, b| runs(b) != FILES.contains(&path), "is wrong")
    }),
    (
        "key-has-the-contract",
        "cache keys have every parameter of the contract, by one function",
        key_parameters,
    ),
    (
        "key-headers",
        "no header in a key but Origin (API) and Accept-Language (pages), no cookie",
        key_headers,
    ),
    ("canonical-first", "what is cached by its query string goes through the function", |s| {
        let cached = |b: &Value| {
            let policy = s.named(&b["CachePolicyId"]);
            policy.is_some_and(|p| contains(p.at(PARAMETERS), "\"QueryStringBehavior\":\"all\""))
        };
        let tidied = |b: &Value| contains(&b["FunctionAssociations"], "Canonical");
        behaviours(s, |_, b| !cached(b) || tidied(b), "is cached by any query string")
    }),
    ("posts-not-cached", "what is posted is never kept", |s| {
        let never = |b: &Value| {
            s.named(&b["CachePolicyId"]).is_some_and(|p| *p.at("/CachePolicyConfig/MaxTTL") == json!(0))
        };
        behaviours(s, |path, b| !POSTED.contains(&path) || never(b), "may be cached")
    }),
    ("answers-say-how-long", "how long is kept is the answer's word: at least 0, a day at most", |s| {
        let own = |p: &Resource<'_>, name: &str| p.at(&format!("/CachePolicyConfig/{name}")).as_i64();
        let policies = s.of("AWS::CloudFront::CachePolicy");
        let wrong = policies.filter(|p| {
            let most = if p.id == "FilesCache" { 31_536_000 } else { 86_400 };
            own(p, "MinTTL") != Some(0) || own(p, "MaxTTL").is_none_or(|max| max > most)
        });
        wrong.map(|p| format!("{} keeps longer than answers say", p.id)).collect()
    }),
    ("headers-everywhere", "the security headers are on every behaviour", |s| {
        let policy = |path: &str| match path {
            DESCRIPTION => "DescriptionHeaders",
            CHECK_PAGE => "CheckHeaders",
            DEVICE => "DeviceHeaders",
            _ => "SecurityHeaders",
        };
        behaviours(s, |path, b| b["ResponseHeadersPolicyId"] == json!({"Ref": policy(path)}), "has none")
    }),
    (
        "description-for-all",
        "pages of any origin may read the API's description, and nothing but that",
        |s| {
            let policy = &s.stack("edge")["Resources"]["DescriptionHeaders"]["Properties"]["ResponseHeadersPolicyConfig"];
            let (cors, any) = (&policy["CorsConfig"], json!({"Items": ["*"]}));
            let open = cors["AccessControlAllowOrigins"] == any
                && cors["AccessControlAllowCredentials"] == false
                && cors["AccessControlAllowMethods"] == json!({"Items": ["GET", "HEAD"]});
            let alone = s
                .of("AWS::CloudFront::ResponseHeadersPolicy")
                .filter(|p| !p.at("/ResponseHeadersPolicyConfig/CorsConfig").is_null())
                .count()
                == 1;
            unless(
                open && alone && policy["SecurityHeadersConfig"] == *security(s),
                format!("it is {policy}"),
            )
        },
    ),
    (
        "check-page-first",
        "the page that checks files and the service worker are matched before the other files",
        |s| {
            let behaviours = list(&s.distribution()["CacheBehaviors"]);
            let place = |path: &str| behaviours.iter().position(|one| one["PathPattern"] == path);
            unless(
                [CHECK_PAGE, DEVICE]
                    .into_iter()
                    .all(|files| place(files).is_some_and(|own| Some(own) < place("/assets/*"))),
                "another pattern takes its requests".to_owned(),
            )
        },
    ),
    (
        "device-asks-this-site",
        "the service worker may compile and ask its own site, on both platforms, and nothing else",
        |s| {
            let of =
                &s.stack("edge")["Resources"]["DeviceHeaders"]["Properties"]["ResponseHeadersPolicyConfig"];
            let policy = &of["SecurityHeadersConfig"]["ContentSecurityPolicy"]["ContentSecurityPolicy"];
            let scope = list(&of["CustomHeadersConfig"]["Items"])
                .iter()
                .any(|one| one["Header"] == "Service-Worker-Allowed" && one["Value"] == "/");
            let headers = std::fs::read_to_string(root().join("site/_headers")).unwrap_or_default();
            let own = headers.split_once(DEVICE).map_or("", |(_, after)| after);
            let there = [
                "Content-Security-Policy: ".to_owned() + policy.as_str().unwrap_or_default(),
                "Service-Worker-Allowed: /".to_owned(),
            ];
            let as_there = there.iter().all(|line| own.lines().any(|one| one.trim() == line));
            unless(scope && as_there && policy == DEVICE_POLICY, format!("it is {of}"))
        },
    ),
    ("check-page-sends-nothing", "its policy is that of site/_headers and allows no connection", |s| {
        let of = &s.stack("edge")["Resources"]["CheckHeaders"]["Properties"]["ResponseHeadersPolicyConfig"];
        let mut other = of["SecurityHeadersConfig"].clone();
        let policy = other["ContentSecurityPolicy"]["ContentSecurityPolicy"].take();
        let policy = policy.as_str().unwrap_or_default();
        let headers = std::fs::read_to_string(root().join("site/_headers")).unwrap_or_default();
        let own = headers.split_once(CHECK_PAGE).map_or("", |(_, after)| after);
        let as_there = own.lines().any(|line| line.trim() == format!("Content-Security-Policy: {policy}"));
        let nothing = policy.starts_with("default-src 'none';")
            && policy.contains("form-action 'none'")
            && !["connect-src", "http", "*", "data:", "'unsafe-inline'", "'unsafe-eval'"]
                .iter()
                .any(|wide| policy.contains(wide));
        let mut as_all = security(s).clone();
        as_all["ContentSecurityPolicy"]["ContentSecurityPolicy"].take();
        unless(as_there && nothing && other == as_all, format!("it is {of}"))
    }),
    ("hsts", "HTTPS is remembered as edge/app says", |s| {
        let seconds = &security(s)["StrictTransportSecurity"]["AccessControlMaxAgeSec"];
        let core = contract::header("strict-transport-security");
        unless(core == format!("max-age={seconds}"), format!("{seconds}, edge/app says {core}"))
    }),
    ("csp-of-the-core", "the policy is edge/app's own, and never stands in for it", |s| {
        let policy = &security(s)["ContentSecurityPolicy"];
        let same = policy["ContentSecurityPolicy"] == contract::header("content-security-policy");
        unless(same && policy["Override"] == false, format!("it is {policy}"))
    }),
    ("other-headers-of-the-core", "so are the others", |s| {
        let headers = security(s);
        let same = contract::header("x-content-type-options") == "nosniff"
            && headers["ContentTypeOptions"] == json!({"Override": false})
            && headers["FrameOptions"]["FrameOption"] == contract::header("x-frame-options")
            && headers["ReferrerPolicy"]["ReferrerPolicy"] == contract::header("referrer-policy");
        let stays = headers.as_object().is_some_and(|all| all.values().all(|one| one["Override"] == false));
        let mut complaints = unless(same && stays, format!("they are {headers}"));
        complaints.extend(custom_headers(s));
        complaints
    }),
    ("errors-stay-ours", "no page stands in for what a function answers", |s| {
        let pages = list(&s.distribution()["CustomErrorResponses"]).iter();
        let taken = pages.filter(|one| !one["ResponsePagePath"].is_null());
        let mut codes: Vec<_> =
            taken.map(|one| (one["ErrorCode"].as_i64(), one["ResponseCode"].as_i64())).collect();
        codes.sort_unstable();
        unless(codes == [(Some(502), Some(502)), (Some(504), Some(504))], format!("pages for {codes:?}"))
    }),
    ("settings-by-header", "custom headers are the settings of a deployment, none of a development", |s| {
        let known = [
            "key-secret",
            "key-version",
            "cors-origins",
            "base",
            "choice-days",
            "cache-mb",
            "shared",
            "table",
            "table-region",
        ];
        let names = headers_of(s, "functions").into_iter().map(|(name, _)| name);
        let unknown = names.filter(|n| !n.strip_prefix("x-seoga-").is_some_and(|n| known.contains(&n)));
        unknown.map(|name| format!("{name} is none of them")).collect()
    }),
    (
        "key-from-secrets",
        "the signing key is in no template and no configuration, which says where it is",
        |s| {
            let keys =
                headers_of(s, "functions").into_iter().filter(|(name, _)| name.starts_with("x-seoga-key"));
            let named = [
                ("x-seoga-key-secret", json!({"Ref": "SigningSecret"})),
                ("x-seoga-key-version", json!({"Ref": "SigningSecretVersion"})),
            ];
            let held = keys.eq(named.iter().map(|(name, value)| (*name, value)));
            let resolved = contains(s.stack("edge"), "{{resolve:");
            let mut found = unless(held && !resolved, "the distribution's configuration has it");
            found.extend(unless(headers_of(s, "files").is_empty(), "the bucket gets the settings"));
            let reads = |(place, one): &(String, &Value)| {
                texts(&one["Action"]).iter().any(|action| action.starts_with("secretsmanager:"))
                    && !["edge.SearchRole", "edge.ChoiceRole"].contains(&place.as_str())
            };
            found.extend(
                s.allowed().iter().filter(|one| reads(one)).map(|(place, _)| format!("{place} reads it")),
            );
            found
        },
    ),
    ("waf-by-choice", "WAF is there when asked for, and answers 429", |s| {
        let waf = &s.stack("edge")["Resources"]["Waf"];
        let asked = waf["Condition"] == "HasWaf" && contains(&s.distribution()["WebACLId"], "HasWaf");
        let blocks = list(&waf["Properties"]["Rules"]).iter();
        let told = blocks.map(|rule| rule.pointer("/Action/Block/CustomResponse/ResponseCode"));
        unless(
            asked && told.clone().count() == 2 && told.flatten().all(|code| *code == json!(429)),
            "it is not so",
        )
    }),
    ("function-fits", "the CloudFront Function fits, and takes no other text in", |s| {
        let code = s.function_code();
        let limit = limits::number("aws.cloudfront_function.code_bytes");
        let longest = code.len() + 1000;
        let only = code.matches("${").count() == 1 && code.contains("'${CorsOrigins}'");
        let js2 = each(
            s,
            "AWS::CloudFront::Function",
            |f| *f.at("/FunctionConfig/Runtime") == json!("cloudfront-js-2.0"),
            "is older",
        );
        let mut found =
            unless(only && i64::try_from(longest).is_ok_and(|n| n <= limit), format!("{longest} bytes"));
        found.extend(js2);
        found
    }),
];

const PARAMETERS: &str = "/CachePolicyConfig/ParametersInCacheKeyAndForwardedToOrigin";

fn behaviours(stacks: &Stacks, holds: impl Fn(&str, &Value) -> bool, complaint: &str) -> Vec<String> {
    let broken = stacks.behaviours().into_iter().filter(|(path, behaviour)| !holds(path, behaviour));
    broken.map(|(path, _)| format!("{path} {complaint}")).collect()
}

fn methods(stacks: &Stacks) -> Vec<String> {
    let taken = [
        vec!["GET", "HEAD"],
        vec!["GET", "HEAD", "OPTIONS"],
        vec!["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"],
    ];
    let sorted = |b: &Value| {
        let mut all = texts(&b["AllowedMethods"]);
        all.sort_unstable();
        all
    };
    // Other methods than the contract's are answered 405 by the core, with Allow.
    let all = |path: &str| usize::from(!FILES.contains(&path)) * 2;
    behaviours(stacks, |path, b| sorted(b) == taken[all(path)], "takes others")
}

fn events(stacks: &Stacks) -> Vec<String> {
    let at = |b: &Value, kind: &str, event: &str| list(&b[kind]).iter().all(|one| one["EventType"] == event);
    behaviours(
        stacks,
        |_, b| {
            at(b, "LambdaFunctionAssociations", "origin-request")
                && at(b, "FunctionAssociations", "viewer-request")
        },
        "has another event",
    )
}

fn key_parameters(stacks: &Stacks) -> Vec<String> {
    let mut found = Vec::new();
    for id in ["AnswersCache", "PagesCache"] {
        let policy = &stacks.stack("edge")["Resources"][id]["Properties"];
        let strings = policy.pointer(&format!("{PARAMETERS}/QueryStringsConfig"));
        found.extend(unless(
            strings == Some(&json!({"QueryStringBehavior": "all"})),
            format!("{id}: {strings:?}"),
        ));
    }
    let names = contract::names_in(stacks.function_code());
    found.extend(unless(names == contract::PARAMETERS, format!("the function keeps {names:?}")));
    found
}

/// Compares the headers that `CloudFront` has no member of its own for with edge/app's, in every policy.
fn custom_headers(stacks: &Stacks) -> Vec<String> {
    let of_its_own = [
        "content-security-policy",
        "strict-transport-security",
        "x-content-type-options",
        "x-frame-options",
        "referrer-policy",
    ];
    let mut complaints = Vec::new();
    for name in contract::security_headers().iter().filter(|name| !of_its_own.contains(&name.as_str())) {
        for policy in stacks.of("AWS::CloudFront::ResponseHeadersPolicy") {
            let items = policy.at("/ResponseHeadersPolicyConfig/CustomHeadersConfig/Items");
            let is_it =
                |one: &&Value| one["Header"].as_str().is_some_and(|own| own.eq_ignore_ascii_case(name));
            let own = list(items).iter().find(is_it);
            let same =
                own.is_some_and(|own| own["Value"] == contract::header(name) && own["Override"] == false);
            complaints.extend(unless(same, format!("{}: {name} is {own:?}", policy.id)));
        }
    }
    complaints
}

fn key_headers(stacks: &Stacks) -> Vec<String> {
    let mut found = Vec::new();
    for policy in stacks.of("AWS::CloudFront::CachePolicy") {
        let own: &[&str] = match policy.id {
            "AnswersCache" => &["Origin"],
            "PagesCache" => &["Accept-Language"],
            _ => &[],
        };
        let headers = texts(policy.at(&format!("{PARAMETERS}/HeadersConfig/Headers")));
        let cookies = policy.at(&format!("{PARAMETERS}/CookiesConfig/CookieBehavior")) == "none";
        found.extend(unless(
            headers == own && cookies,
            format!("{} has {headers:?}, cookies none: {cookies}", policy.id),
        ));
    }
    found
}

fn security(stacks: &Stacks) -> &Value {
    let policy = &stacks.stack("edge")["Resources"]["SecurityHeaders"]["Properties"];
    &policy["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
}

/// The custom headers of an origin, those behind a condition too.
fn headers_of<'a>(stacks: &'a Stacks, origin: &str) -> Vec<(&'a str, &'a Value)> {
    let origins = list(&stacks.distribution()["Origins"]).iter();
    let of = origins.filter(|one| one["Id"] == origin).flat_map(|one| list(&one["OriginCustomHeaders"]));
    let given = of.map(|header| header.pointer("/Fn::If/1").unwrap_or(header));
    given.map(|header| (header["HeaderName"].as_str().unwrap_or_default(), &header["HeaderValue"])).collect()
}
