//! The platforms' limits, out of infra/limits.toml, and what of the configuration must fit them.

use seoga_tests::repository::{files_below, root};

use crate::stacks::{Stacks, list};
use crate::template::{TEMPLATES, text};

/// A table or value by its path, such as `aws.edge_function.zip_bytes`.
fn at(path: &str) -> toml::Value {
    let text = std::fs::read_to_string(root().join("infra/limits.toml")).unwrap();
    let whole: toml::Table = toml::from_str(&text).unwrap();
    let value = path
        .split('.')
        .fold(Some(&toml::Value::Table(whole)).cloned(), |value, key| value?.get(key).cloned());
    value.unwrap_or_else(|| panic!("infra/limits.toml has no {path}"))
}

/// A limit.
pub(crate) fn number(path: &str) -> i64 {
    at(path).as_integer().unwrap_or_else(|| panic!("{path} is no number"))
}

/// A limit that is a list of texts.
pub(crate) fn texts(path: &str) -> Vec<String> {
    let list = at(path).as_array().cloned().unwrap_or_default();
    list.iter().filter_map(|one| one.as_str().map(str::to_owned)).collect()
}

fn within(what: &str, size: usize, path: &str) {
    let limit = number(path);
    assert!(i64::try_from(size).is_ok_and(|size| size <= limit), "{what}: {size}, over {path} = {limit}");
}

#[test]
fn every_group_of_limits_has_its_source_and_date() {
    for platform in ["cloudflare", "aws"] {
        for (name, group) in at(platform).as_table().unwrap() {
            let source = group.get("source").and_then(toml::Value::as_str).unwrap_or_default();
            let date = group.get("date").and_then(toml::Value::as_str).unwrap_or_default();
            assert!(source.starts_with("https://"), "{platform}.{name}");
            assert!(date.len() == 10 && date.starts_with("20"), "{platform}.{name}: {date}");
        }
    }
}

#[test]
fn the_templates_fit_cloudfront_and_cloudformation() {
    let stacks = Stacks::with(None).unwrap();
    let config = stacks.distribution();
    within("behaviours", list(&config["CacheBehaviors"]).len(), "aws.cloudfront.behaviours");
    within("origins", list(&config["Origins"]).len(), "aws.cloudfront.origins");
    for origin in list(&config["Origins"]) {
        within("custom headers", list(&origin["OriginCustomHeaders"]).len(), "aws.cloudfront.custom_headers");
    }
    for resource in stacks.resources() {
        let policy = resource.at("/CachePolicyConfig/ParametersInCacheKeyAndForwardedToOrigin");
        let names = crate::stacks::texts(&policy["QueryStringsConfig"]["QueryStrings"]);
        within(resource.id, names.len(), "aws.cloudfront.query_strings_in_key");
        let headers = crate::stacks::texts(&policy["HeadersConfig"]["Headers"]);
        within(resource.id, headers.len(), "aws.cloudfront.headers_in_key");
        let csp = resource.at(
            "/ResponseHeadersPolicyConfig/SecurityHeadersConfig/ContentSecurityPolicy/ContentSecurityPolicy",
        );
        within(resource.id, csp.as_str().map_or(0, str::len), "aws.cloudfront.csp_bytes");
    }
    let origins = stacks.stack("edge")["Parameters"]["CorsOrigins"]["MaxLength"].as_i64();
    assert!(origins.is_some_and(|most| most <= number("aws.cloudfront.custom_header_value_bytes")));
    for name in TEMPLATES {
        within(name, text(name).len(), "aws.cloudformation.template_bytes_inline");
        let template = stacks.stack(name);
        let count = |section: &str| template[section].as_object().map_or(0, serde_json::Map::len);
        within(name, count("Resources"), "aws.cloudformation.resources");
        within(name, count("Parameters"), "aws.cloudformation.parameters");
    }
}

/// wrangler.toml, read.
fn wrangler() -> toml::Table {
    toml::from_str(&std::fs::read_to_string(root().join("wrangler.toml")).unwrap()).unwrap()
}

/// Every environment of wrangler.toml, the top level first.
fn environments(whole: &toml::Table) -> Vec<(String, toml::Table)> {
    let mut all = vec![("development".to_owned(), whole.clone())];
    for (name, environment) in whole["env"].as_table().unwrap() {
        all.push((name.clone(), environment.as_table().unwrap().clone()));
    }
    all
}

#[test]
fn wrangler_toml_fits_workers() {
    let whole = wrangler();
    let periods = at("cloudflare.ratelimit.periods_seconds");
    for (name, environment) in environments(&whole) {
        let limiters = environment["ratelimits"].as_array().unwrap();
        assert_eq!(limiters.len(), 2, "{name}");
        for limiter in limiters {
            let period = &limiter["simple"]["period"];
            assert!(periods.as_array().unwrap().contains(period), "{name}: a period of {period:?} s");
        }
        let rules =
            environment.get("assets").and_then(|a| a.get("run_worker_first")).and_then(toml::Value::as_array);
        within(&name, rules.map_or(0, Vec::len), "cloudflare.assets.run_worker_first_rules");
        let variables = environment.get("vars").and_then(toml::Value::as_table);
        within(&name, variables.map_or(0, toml::Table::len), "cloudflare.worker.variables");
        for (variable, value) in variables.into_iter().flatten() {
            within(variable, value.as_str().map_or(0, str::len), "cloudflare.worker.variable_bytes");
        }
    }
}

/// Tells whether a rule of `run_worker_first` takes a path: `*` stands for any text.
fn takes(rule: &str, path: &str) -> bool {
    let mut parts = rule.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some((_, behind)) = rest.split_once(part) else { return false };
        rest = behind;
    }
    rest.ends_with(last)
}

/// A rule that begins with `!` gives a path to the files even where there is none, and then nobody answers: an empty 404, with the
/// headers that `site/_headers` gives to whatever lies there.
#[test]
fn every_route_is_the_workers_and_so_is_every_file_that_is_not_there() {
    let files =
        files_below(&root().join("site"), &["css", "js", "svg", "ico", "html", "webmanifest"]).unwrap();
    let site =
        files.iter().map(|file| format!("/{}", file.strip_prefix(root().join("site")).unwrap().display()));
    let files: Vec<String> = site
        .chain(
            ["/openapi.json", "/index/current.json", "/index/current.bin", "/index/aaaaaaaaaaaaaaaa/m.bin"]
                .map(str::to_owned),
        )
        .collect();
    assert!(files.contains(&"/favicon.ico".to_owned()) && files.len() > 8, "{files:?}");
    let mut seen = 0;
    for (name, environment) in environments(&wrangler()) {
        let Some(assets) = environment.get("assets") else { continue };
        let rules: Vec<&str> =
            assets["run_worker_first"].as_array().unwrap().iter().filter_map(toml::Value::as_str).collect();
        assert!(rules.iter().all(|rule| rule.starts_with('/')), "{name}: {rules:?}");
        assert_eq!(assets["not_found_handling"].as_str(), Some("none"), "{name}");
        let taken = |path: &str| rules.iter().any(|rule| takes(rule, path));
        for (pattern, _) in seoga_app::contract::routes() {
            let path = pattern.replace("{id}", "9791100000019").replace(['{', '}'], "");
            assert!(taken(&path), "{name}: a file could shadow {pattern}");
        }
        for file in &files {
            assert!(!taken(file), "{name}: the worker would be asked for {file}");
        }
        seen += 1;
    }
    assert_eq!(seen, 3);
}

#[test]
fn no_two_environments_share_a_limiter_or_a_store() {
    let whole = wrangler();
    let mut seen = std::collections::BTreeSet::new();
    for (name, environment) in environments(&whole) {
        for limiter in environment["ratelimits"].as_array().unwrap() {
            let id = limiter["namespace_id"].as_str().unwrap();
            assert!(seen.insert(id.to_owned()), "{name}: {id}");
        }
        for store in environment["kv_namespaces"].as_array().unwrap() {
            if let Some(id) = store.get("id").and_then(toml::Value::as_str) {
                assert!(seen.insert(id.to_owned()), "{name}: {id}");
            }
        }
    }
}

#[test]
fn only_what_ships_can_be_deployed_and_never_by_a_plain_wrangler_deploy() {
    let whole = wrangler();
    assert_eq!(
        whole["build"]["command"].as_str(),
        Some("cargo xtask build"),
        "the top level refuses to deploy"
    );
    for tested in ["test", "staging", "production"] {
        let main = whole["env"][tested]["main"].as_str();
        assert_eq!(
            main,
            Some("build/worker/index.js"),
            "{tested} serves another worker than the one that ships"
        );
    }
    let mut names = std::collections::BTreeSet::new();
    for shipped in ["staging", "production"] {
        let environment = whole["env"][shipped].as_table().unwrap();
        let command = environment["build"]["command"].as_str();
        assert_eq!(command, Some("cargo xtask build --production"), "{shipped}");
        assert_eq!(environment["vars"]["SEOGA_MODE"].as_str(), Some("production"), "{shipped}");
        let secrets: Vec<_> =
            environment["secrets"]["required"].as_array().unwrap().iter().flat_map(|s| s.as_str()).collect();
        assert_eq!(secrets, ["SEOGA_KEY", "SEOGA_ADMIN_TOKEN"], "{shipped}");
        // A shared cache knows no host, so there are no names beside the public one: each version would have one of its own.
        assert_eq!(environment["preview_urls"].as_bool(), Some(false), "{shipped}");
        assert!(
            environment["vars"].get("SEOGA_BASE").is_none(),
            "{shipped}: the base is the deployment's, not the code's"
        );
        assert!(
            names.insert(environment["name"].as_str().unwrap().to_owned()),
            "{shipped} has another's name"
        );
    }
    assert_eq!(whole["workers_dev"].as_bool(), Some(false));
}

#[test]
fn no_log_of_the_platform_has_what_was_asked() {
    let whole = wrangler();
    keeps_no_query(&whole, "the top level");
    for shipped in ["staging", "production"] {
        keeps_no_query(whole["env"][shipped].as_table().unwrap(), shipped);
    }
}

/// Asks that our own lines are kept and that no log of the platform has what a visitor asked: by default each
/// invocation leaves a line with its URL (wrangler's schema of its configuration: `redact_query_string` is off and
/// `invocation_logs` is on unless set).
fn keeps_no_query(environment: &toml::Table, name: &str) {
    let set = |path: &[&str]| {
        let (last, tables) = path.split_last().unwrap();
        let table = tables.iter().try_fold(environment, |table, name| table.get(*name)?.as_table());
        table.and_then(|table| table.get(*last)).and_then(toml::Value::as_bool)
    };
    assert_eq!(set(&["observability", "enabled"]), Some(true), "{name}");
    assert_eq!(set(&["observability", "redact_query_string"]), Some(true), "{name}");
    assert_eq!(set(&["observability", "logs", "invocation_logs"]), Some(false), "{name}");
}

/// A constant of a source file: `NAME = 1024 * 1024;` or `NAME: usize = 8_192;`.
fn constant(file: &str, name: &str) -> i64 {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let line = text.lines().find(|line| line.contains(&format!("const {name}"))).unwrap();
    let value = line.split('=').nth(1).unwrap().split(';').next().unwrap();
    let factors = value.split('*').map(|factor| factor.trim().replace('_', "").parse::<i64>());
    factors.map(|factor| factor.unwrap_or_else(|_| panic!("{file}: {line}"))).product()
}

#[test]
fn what_the_programs_keep_to_is_what_the_limits_file_says() {
    let functions = "edge/lambda/limits.mjs";
    for (file, name, path) in [
        (functions, "RESPONSE_BYTES", "aws.edge_function.response_bytes"),
        (functions, "BODY_BYTES", "aws.edge_function.request_body_bytes"),
        (functions, "TIMEOUT_SECONDS", "aws.edge_function.timeout_seconds"),
        (functions, "URL_BYTES", "aws.cloudfront.url_bytes"),
        ("edge/worker/src/packing.rs", "METADATA_BYTES", "cloudflare.kv.metadata_bytes"),
        ("edge/lambda/dynamodb.mjs", "RANGE_KEY_BYTES", "aws.dynamodb.sort_key_bytes"),
        ("edge/lambda/files.mjs", "FILE_BYTES", "cloudflare.assets.file_bytes"),
        ("seoga/src/choices/table.rs", "BATCH", "aws.dynamodb.batch_writes"),
        ("tests/edge-aws/viewer.mjs", "CODE_BYTES", "aws.cloudfront_function.code_bytes"),
        ("tests/edge-aws/distribution.mjs", "WHITELIST", "aws.cloudfront.query_strings_in_key"),
        ("tests/edge-aws/distribution.mjs", "WHITELIST", "aws.cloudfront.headers_in_key"),
    ] {
        assert_eq!(constant(file, name), number(path), "{file}: {name}");
    }
}

/// Our own limit leaves room in a zip for the WASM and for an index that hardly packs.
#[test]
fn an_index_that_goes_into_the_zips_fits_with_the_functions() {
    let bundled = constant("xtask/src/package.rs", "BUNDLED_INDEX_BYTES");
    let script = constant("xtask/src/build/worker.rs", "SCRIPT_LIMIT_BYTES");
    assert!(bundled + script <= number("aws.edge_function.zip_bytes"), "{bundled} and {script}");
}

#[test]
fn wrangler_toml_throttles_as_the_contract_says() {
    use seoga_app::limits::{LOCATION_CHOICES, THROTTLE_SECONDS, VISITOR_CHOICES};
    for (name, environment) in environments(&wrangler()) {
        // Where developers and ten thousand choices of a test come from one machine.
        let times = if ["development", "test-hooks"].contains(&name.as_str()) { 100 } else { 1 };
        let limits = [("VISITOR_LIMIT", VISITOR_CHOICES), ("LOCATION_LIMIT", LOCATION_CHOICES)];
        for (limiter, (binding, choices)) in environment["ratelimits"].as_array().unwrap().iter().zip(limits)
        {
            assert_eq!(limiter["name"].as_str(), Some(binding), "{name}");
            let simple = &limiter["simple"];
            assert_eq!(simple["limit"].as_integer(), Some(i64::from(choices * times)), "{name}: {binding}");
            assert_eq!(simple["period"].as_integer(), Some(i64::from(THROTTLE_SECONDS)), "{name}: {binding}");
        }
    }
}
