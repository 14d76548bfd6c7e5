//! Reckons what a month costs on each plan, line by line. No price stands here.
//!
//! Invariant: a line is a quantity of something that `prices.toml` names, and a plan's sum is the sum of its lines.

use anyhow::Result;

use super::prices::Prices;

/// Hours of a month, as AWS reckons.
const HOURS: f64 = 730.0;
/// Days of a month, where a plan counts by the day.
pub(super) const DAYS: f64 = 30.0;
/// The earlier service: its function's memory and duration, its database's storage and virtual CPUs.
pub(super) const EARLIER_MB: f64 = 1536.0;
pub(super) const EARLIER_MS: f64 = 120.0;
const EARLIER_GB: f64 = 20.0;
const EARLIER_CPUS: f64 = 2.0;
/// Rules of the optional WAF (infra/aws/edge.yaml): requests of an address, choices of an address.
const WAF_RULES: f64 = 2.0;
/// Milliseconds that a choice waits for its table, as reckoned; the searching is the same as a search's.
const TABLE_MS: f64 = 10.0;
/// Writes that a choice is charged as: its item and the one that counts it, each twice as they are one transaction.
const CHOICE_WRITES: f64 = 4.0;

/// Secrets that a deployment on AWS keeps: the signing key, the token that starts a rebuild (infra/aws).
const SECRETS: f64 = 2.0;
/// Calls a month that read them, an assumption: 330 instances of a function begin in a day, each of which reads the key once.
const SECRET_CALLS: f64 = 10_000.0;

/// Use of a month, by the search.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Use {
    /// Choices for each search.
    pub(super) choices: f64,
    /// Requests for suggestions for each search.
    pub(super) suggests: f64,
    /// Static files for each search, and kilobytes of one.
    pub(super) files: f64,
    pub(super) file_kb: f64,
    /// Kilobytes of an answer, compressed.
    pub(super) answer_kb: f64,
    /// Megabytes of the functions at `CloudFront`'s edge.
    pub(super) memory_mb: f64,
}

impl Default for Use {
    fn default() -> Self {
        Self { choices: 0.3, suggests: 0.0, files: 0.5, file_kb: 20.0, answer_kb: 3.0, memory_mb: 512.0 }
    }
}

/// Costs of a month: each line's name and dollars.
pub(super) type Lines = Vec<(&'static str, f64)>;

pub(super) fn sum(lines: &[(&'static str, f64)]) -> f64 {
    lines.iter().map(|(_, usd)| usd).sum()
}

/// Reckons the logs of so many calls of functions, kept for a month.
fn logs(prices: &Prices, calls: f64) -> Result<Lines> {
    let gb = calls * prices.limit("lambda_log_bytes")? / 1e9;
    Ok(vec![
        ("CloudWatch, logs taken in", prices.of("logs_gb", gb)?),
        ("CloudWatch, logs kept for a month", prices.of("logs_gb_months", gb)?),
    ])
}

/// Gigabyte-seconds of so many calls.
fn gb_seconds(calls: f64, ms: f64, mb: f64) -> f64 {
    calls * ms / 1000.0 * mb / 1024.0
}

fn gigabytes(requests: f64, kb: f64) -> f64 {
    requests * kb / 1e6
}

/// The sum that the earlier service published: its function alone.
pub(super) fn earlier_function(prices: &Prices, requests: f64) -> Result<Lines> {
    Ok(vec![
        ("Lambda, requests", prices.of("lambda_requests", requests)?),
        ("Lambda, GB-seconds", prices.of("lambda_gb_seconds", gb_seconds(requests, EARLIER_MS, EARLIER_MB))?),
    ])
}

/// The earlier service: every search and every choice through the gateway and the function, each search logged in
/// `DynamoDB`, a database that runs all the time, the site on the CDN.
pub(super) fn earlier(prices: &Prices, used: &Use, searches: f64) -> Result<Lines> {
    let calls = searches * (1.0 + used.choices);
    let files = searches * used.files;
    let mut lines = earlier_function(prices, calls)?;
    lines.extend([
        ("API Gateway, REST", prices.of("rest_api_requests", calls)?),
        ("RDS, hours", prices.of("rds_hours", HOURS)?),
        ("RDS, storage", prices.of("rds_gb_months", EARLIER_GB)?),
        ("DynamoDB, a write a search and a choice", prices.of("dynamodb_writes", calls)?),
        ("CloudFront, requests", prices.of("cloudfront_https_requests", files)?),
        ("CloudFront, GB", prices.of("cloudfront_gb", gigabytes(files, used.file_kb))?),
    ]);
    lines.extend(logs(prices, calls)?);
    Ok(lines)
}

/// Costs of a month that this service has not, whatever it is asked: parts of the earlier one, and a public address of its
/// database where it had one.
pub(super) fn spared(prices: &Prices) -> Result<Lines> {
    Ok(vec![
        ("a database that runs all the time", prices.of("rds_hours", HOURS)?),
        ("its storage", prices.of("rds_gb_months", EARLIER_GB)?),
        ("its engine out of standard support", extended_support(prices)?),
        ("a public IPv4 address for it", prices.of("ipv4_hours", HOURS)?),
    ])
}

/// Reckons what an engine out of standard support adds to that.
pub(super) fn extended_support(prices: &Prices) -> Result<f64> {
    prices.of("rds_extended_support_hours", HOURS * EARLIER_CPUS)
}

/// How long a function of so much memory works on what takes a whole CPU so long, in whole milliseconds as charged.
pub(super) fn edge_ms(prices: &Prices, cpu_ms: f64, memory_mb: f64) -> Result<f64> {
    let slower = (prices.limit("lambda_mb_of_a_cpu")? / memory_mb).max(1.0);
    Ok((cpu_ms * slower).ceil())
}

/// `CloudFront` with Lambda@Edge: what is not answered from its cache runs the function; choices always do.
pub(super) fn cloudfront(prices: &Prices, used: &Use, searches: f64, hits: f64) -> Result<Lines> {
    let answers = searches * (1.0 + used.suggests);
    let (choices, files) = (searches * used.choices, searches * used.files);
    let all = answers + choices + files;
    let missed = answers * (1.0 - hits);
    let ms = edge_ms(prices, prices.limit("measured_search_cpu_ms")?, used.memory_mb)?;
    let seconds = gb_seconds(missed, ms, used.memory_mb) + gb_seconds(choices, ms + TABLE_MS, used.memory_mb);
    let mut lines = vec![
        ("CloudFront, requests", prices.of("cloudfront_https_requests", all)?),
        (
            "CloudFront, GB",
            prices
                .of("cloudfront_gb", gigabytes(answers, used.answer_kb) + gigabytes(files, used.file_kb))?,
        ),
        ("CloudFront Function", prices.of("cloudfront_function_calls", answers)?),
        ("Lambda@Edge, requests", prices.of("lambda_edge_requests", missed + choices)?),
        ("Lambda@Edge, GB-seconds", prices.of("lambda_edge_gb_seconds", seconds)?),
        ("DynamoDB, four writes a choice", prices.of("dynamodb_writes", choices * CHOICE_WRITES)?),
        ("Secrets Manager, two secrets", prices.of("secret_months", SECRETS)?),
        ("Secrets Manager, calls", prices.of("secret_calls", SECRET_CALLS)?),
    ];
    lines.extend(logs(prices, missed + choices)?);
    Ok(lines)
}

/// The optional WAF in front of that.
pub(super) fn waf(prices: &Prices, used: &Use, searches: f64) -> Result<Lines> {
    let all = searches * (1.0 + used.suggests + used.choices + used.files);
    Ok(vec![
        ("WAF, a month", prices.of("waf_months", 1.0)?),
        ("WAF, rules", prices.of("waf_rules", WAF_RULES)?),
        ("WAF, requests", prices.of("waf_requests", all)?),
    ])
}

/// Workers with KV on the paid plan. A cached answer is still a request; static files are none.
pub(super) fn workers(prices: &Prices, used: &Use, searches: f64) -> Result<Lines> {
    let (requests, choices) = (requests(used, searches), searches * used.choices);
    let cpu_ms = prices.limit("measured_search_cpu_ms")? * requests;
    Ok(vec![
        ("Workers, a month", prices.of("workers_months", 1.0)?),
        ("Workers, requests", prices.of("workers_requests", requests)?),
        ("Workers, CPU", prices.of("workers_cpu_ms", cpu_ms)?),
        ("KV, a read a choice", prices.of("kv_reads", choices)?),
        ("KV, a write a choice", prices.of("kv_writes", choices)?),
    ])
}

/// Requests that run the worker.
fn requests(used: &Use, searches: f64) -> f64 {
    searches * (1.0 + used.suggests + used.choices)
}

/// The limits of Workers' free plan that so many searches go over: what a day takes of what a day has.
pub(super) fn over_free(prices: &Prices, used: &Use, searches: f64) -> Result<Vec<(&'static str, f64, f64)>> {
    let choices = searches * used.choices / DAYS;
    let taken = [
        ("requests", requests(used, searches) / DAYS, prices.limit("workers_free_requests")?),
        ("KV reads", choices, prices.limit("kv_free_reads")?),
        ("KV writes", choices, prices.limit("kv_free_writes")?),
    ];
    Ok(taken.into_iter().filter(|(_, taken, has)| taken > has).collect())
}

/// Up to how many searches a month each plan holds, and what ends there.
pub(super) fn ends(prices: &Prices, used: &Use) -> Result<Vec<(&'static str, f64, &'static str)>> {
    let worker = requests(used, 1.0);
    let at_edge = 1.0 + used.suggests + used.choices + used.files;
    let ms = edge_ms(prices, prices.limit("measured_search_cpu_ms")?, used.memory_mb)?;
    let at_once = prices.limit("lambda_edge_concurrency")? / (ms / 1000.0);
    let second = at_once.min(prices.limit("lambda_edge_rate")?);
    Ok(vec![
        (
            "Workers free: choices wait for the next day",
            prices.limit("kv_free_writes")? * DAYS / used.choices,
            "KV writes of a day",
        ),
        (
            "Workers free: searches end for the day",
            prices.limit("workers_free_requests")? * DAYS / worker,
            "requests of a day",
        ),
        (
            "Workers paid: over the base price",
            (prices.free("workers_requests")? / worker).min(prices.free("kv_writes")? / used.choices),
            "requests or KV writes included",
        ),
        (
            "CloudFront: over its free requests",
            prices.free("cloudfront_https_requests")? / at_edge,
            "requests included; Lambda@Edge costs from the first",
        ),
        (
            "Lambda@Edge: the quota of a region, none from the cache, ten times the mean at peak",
            second / 10.0 * DAYS * 86_400.0,
            "can be raised",
        ),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prices() -> Prices {
        Prices::read().unwrap()
    }

    fn cents(usd: f64) -> String {
        format!("{usd:.2}")
    }

    #[test]
    fn the_earlier_services_published_sum_is_reproduced_to_the_cent() {
        let lines = earlier_function(&prices(), 3e6).unwrap();
        let each: Vec<String> = lines.iter().map(|(_, usd)| cents(*usd)).collect();
        assert_eq!(each, ["0.40", "2.33"]);
        assert_eq!(cents(sum(&lines)), "2.73");
        assert_eq!(gb_seconds(3e6, EARLIER_MS, EARLIER_MB), 540_000.0);
    }

    #[test]
    fn a_function_of_less_memory_takes_longer_and_costs_about_the_same() {
        let prices = prices();
        assert_eq!(edge_ms(&prices, 10.0, 1769.0).unwrap(), 10.0);
        assert_eq!(edge_ms(&prices, 10.0, 3538.0).unwrap(), 10.0, "one thread uses one CPU");
        assert_eq!(edge_ms(&prices, 10.0, 884.5).unwrap(), 20.0);
        assert_eq!(edge_ms(&prices, 0.1, 1769.0).unwrap(), 1.0, "charged by whole milliseconds");
    }

    #[test]
    fn logs_and_secrets_are_charged_at_seouls_rates() {
        let prices = prices();
        let lines = logs(&prices, 30e9).unwrap();
        let gb: f64 = 30.0 * 422.0;
        assert_eq!(cents(lines[0].1), cents((gb - 5.0) * 0.76));
        assert_eq!(cents(lines[1].1), cents((gb - 5.0) * 0.0314));
        assert_eq!(sum(&logs(&prices, 3e6).unwrap()), 0.0, "5 GB are free");
        let plan = cloudfront(&prices, &Use::default(), 3e6, 0.6).unwrap();
        let of = |name: &str| plan.iter().find(|(what, _)| *what == name).map(|(_, usd)| cents(*usd));
        assert_eq!(of("Secrets Manager, two secrets").as_deref(), Some("0.80"));
    }

    #[test]
    fn more_hits_cost_less_and_never_more_than_none() {
        let (prices, used) = (prices(), Use::default());
        let at = |hits| sum(&cloudfront(&prices, &used, 30e6, hits).unwrap());
        assert!(at(0.9) < at(0.6) && at(0.6) < at(0.0));
    }

    #[test]
    fn the_free_plan_ends_where_it_says() {
        let (prices, used) = (prices(), Use::default());
        let ends = ends(&prices, &used).unwrap();
        let (_, writes, _) = ends[0];
        let (_, requests, _) = ends[1];
        assert_eq!(over_free(&prices, &used, writes * 0.999).unwrap(), []);
        let over = over_free(&prices, &used, writes * 1.001).unwrap();
        assert_eq!(over.iter().map(|(what, ..)| *what).collect::<Vec<_>>(), ["KV writes"]);
        let over = over_free(&prices, &used, requests * 1.001).unwrap();
        assert!(over.iter().any(|(what, ..)| *what == "requests"), "{over:?}");
    }
}
