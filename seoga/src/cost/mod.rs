//! `seoga cost`: what a month costs on each platform, by formulas and one file of prices.
//!
//! What each plan takes is in `plans`, what it costs in `infra/prices.toml`, what it means in docs/COST.md.
//! Invariant: the tables in docs/COST.md are what this prints; a test holds them to it.

mod plans;
mod prices;

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};

use plans::{Lines, Use, sum};
use prices::Prices;

/// Searches a month that are compared where none are given.
const SCALES: [&str; 3] = ["3M", "30M", "300M"];
/// Shares of answers from `CloudFront`'s cache that are compared.
const HITS: [f64; 3] = [0.0, 0.6, 0.9];
/// Requests for suggestions a search, in the rows that count them.
const SUGGESTS: f64 = 4.0;
/// Sizes of the function at the edge that are compared.
const SIZES: [f64; 5] = [128.0, 256.0, 512.0, 1024.0, 1769.0];

/// Options of `cost`: what is used in a month. Numbers as 3M, 500k or 0.3.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// Searches a month; may be given several times.
    #[arg(long, value_name = "N", value_parser = amount, default_values = SCALES)]
    searches: Vec<f64>,
    /// Choices a search, more than 0 [default: 0.3].
    #[arg(long, value_name = "N", value_parser = some_amount)]
    choices: Option<f64>,
    /// Static files a search [default: 0.5].
    #[arg(long, value_name = "N", value_parser = amount)]
    files: Option<f64>,
    /// Megabytes of the functions at the edge of AWS, 128 to 10240 [default: 512].
    #[arg(long, value_name = "MB", value_parser = memory)]
    memory: Option<f64>,
    /// Print each plan line by line too.
    #[arg(long)]
    lines: bool,
}

/// Carries out `seoga cost`.
pub(crate) fn run(options: &Options) -> Result<()> {
    let prices = Prices::read()?;
    let scales = &options.searches;
    let usual = Use::default();
    let used = Use {
        choices: options.choices.unwrap_or(usual.choices),
        files: options.files.unwrap_or(usual.files),
        memory_mb: options.memory.unwrap_or(usual.memory_mb),
        ..usual
    };
    print!("{}\n", published(&prices)?);
    print!("{}", table(&prices, &used, scales)?);
    if options.lines {
        print!("\n{}", lines(&prices, &used, scales)?);
    }
    print!("\n{}", spared(&prices)?);
    print!("\n{}", sizes(&prices)?);
    print!("\n{}", bucket_or_cdn(&prices)?);
    print!("\n{}", sources(&prices));
    Ok(())
}

/// Reads an amount of more than nothing.
fn some_amount(text: &str) -> Result<f64> {
    amount(text).and_then(|amount| if amount > 0.0 { Ok(amount) } else { bail!("{text:?}: more than 0") })
}

/// Reads a function's megabytes.
fn memory(text: &str) -> Result<f64> {
    let megabytes = amount(text)?;
    ensure!((128.0..=10_240.0).contains(&megabytes), "{text:?}: 128 to 10240 megabytes");
    Ok(megabytes)
}

/// Reads `3M`, `500k`, `0.3`.
fn amount(text: &str) -> Result<f64> {
    let (number, times) = match text.chars().last() {
        Some('M' | 'm') => (&text[..text.len() - 1], 1e6),
        Some('k' | 'K') => (&text[..text.len() - 1], 1e3),
        _ => (text, 1.0),
    };
    let number: f64 =
        number.parse().with_context(|| format!("{text:?}: a number, such as 3M, 500k or 0.3"))?;
    if !(number.is_finite() && number >= 0.0) {
        bail!("{text:?}: a number of 0 or more");
    }
    Ok(number * times)
}

/// Every plan, and its name.
fn plans(prices: &Prices, used: &Use, searches: f64) -> Result<Vec<(String, Lines)>> {
    let earlier = plans::earlier(prices, used, searches)?;
    let mut extended = earlier.clone();
    extended.push(("RDS, extended support", plans::extended_support(prices)?));
    let mut all = vec![
        ("earlier: REST API, Lambda, RDS, DynamoDB, CDN".to_owned(), earlier),
        ("  with MySQL 8.0 after 2026-08".to_owned(), extended),
    ];
    for hits in HITS {
        let name = format!("CloudFront + Lambda@Edge, {:.0} % hits", hits * 100.0);
        all.push((name, plans::cloudfront(prices, used, searches, hits)?));
    }
    let mut guarded = plans::cloudfront(prices, used, searches, 0.6)?;
    guarded.extend(plans::waf(prices, used, searches)?);
    all.push(("  60 % hits, with WAF".to_owned(), guarded));
    let typing = Use { suggests: SUGGESTS, ..used.clone() };
    all.push((
        "  60 % hits, with suggestions".to_owned(),
        plans::cloudfront(prices, &typing, searches, 0.6)?,
    ));
    all.push(("Workers paid + KV".to_owned(), plans::workers(prices, used, searches)?));
    all.push(("  with suggestions".to_owned(), plans::workers(prices, &typing, searches)?));
    Ok(all)
}

fn head(out: &mut String, title: &str, scales: &[f64]) {
    let _ = write!(out, "{title:<48}");
    for searches in scales {
        let _ = write!(out, "{:>14}", short(*searches));
    }
    out.push('\n');
}

fn short(number: f64) -> String {
    match number {
        n if n >= 1e6 => format!("{} M", (n / 1e5).round() / 10.0),
        n if n >= 1e3 => format!("{} k", (n / 1e2).round() / 10.0),
        n => n.to_string(),
    }
}

fn row(out: &mut String, name: &str, cells: impl Iterator<Item = String>) {
    let _ = write!(out, "{name:<48}");
    for cell in cells {
        let _ = write!(out, "{cell:>14}");
    }
    out.push('\n');
}

/// Requests of the sum that the earlier service published.
const PUBLISHED: f64 = 3e6;

/// That sum, reckoned anew: whether the prices and the formula hold.
fn published(prices: &Prices) -> Result<String> {
    let mut out = String::new();
    let lines = plans::earlier_function(prices, PUBLISHED)?;
    let (ms, mb) = (plans::EARLIER_MS, plans::EARLIER_MB);
    let title = format!("the sum published before: {} requests of {ms} ms at {mb} MB", short(PUBLISHED));
    let _ = writeln!(out, "{title:<62}{:>14}", "USD");
    for (what, usd) in &lines {
        let _ = writeln!(out, "    {what:<58}{usd:>14.2}");
    }
    let _ = writeln!(out, "    {:<58}{:>14.2}", "in all", sum(&lines));
    Ok(out)
}

/// A month on each plan, and where each ends.
fn table(prices: &Prices, used: &Use, scales: &[f64]) -> Result<String> {
    let mut out = String::new();
    head(&mut out, "USD a month, by searches a month", scales);
    let each: Vec<_> = scales.iter().map(|n| plans(prices, used, *n)).collect::<Result<_>>()?;
    let names = each.first().context("no scale")?.iter().map(|(name, _)| name.clone());
    for (at, name) in names.enumerate() {
        row(&mut out, &name, each.iter().map(|plans| format!("{:.2}", sum(&plans[at].1))));
    }
    let free: Vec<_> = scales.iter().map(|n| plans::over_free(prices, used, *n)).collect::<Result<_>>()?;
    let word = |over: &Vec<_>| if over.is_empty() { "0.00" } else { "no" }.to_owned();
    row(&mut out, "Workers free + KV", free.iter().map(word));
    for (searches, over) in scales.iter().zip(&free) {
        for (what, taken, has) in over {
            let _ =
                writeln!(out, "  {}: {} {what} a day of {}", short(*searches), short(*taken), short(*has));
        }
    }
    let typing = Use { suggests: SUGGESTS, ..used.clone() };
    let _ = writeln!(out, "\n{:<96}{:>8}{:>12}", "holds up to so many searches a month", "", "suggesting");
    for (plain, with) in plans::ends(prices, used)?.iter().zip(plans::ends(prices, &typing)?) {
        let name = format!("{} ({})", plain.0, plain.2);
        let _ = writeln!(out, "{name:<96}{:>8}{:>12}", short(plain.1), short(with.1));
    }
    Ok(out)
}

/// Each plan line by line.
fn lines(prices: &Prices, used: &Use, scales: &[f64]) -> Result<String> {
    let mut out = String::new();
    head(&mut out, "line by line", scales);
    let each: Vec<_> = scales.iter().map(|n| plans(prices, used, *n)).collect::<Result<_>>()?;
    for (at, (name, lines)) in each.first().context("no scale")?.iter().enumerate() {
        let _ = writeln!(out, "{name}");
        for (line, (what, _)) in lines.iter().enumerate() {
            let cells = each.iter().map(|plans| format!("{:.2}", plans[at].1[line].1));
            row(&mut out, &format!("    {what}"), cells);
        }
    }
    Ok(out)
}

/// Tables what costs nothing here, used or not.
fn spared(prices: &Prices) -> Result<String> {
    let mut out = String::new();
    let _ = writeln!(out, "{:<48}{:>14}", "what is not needed here", "USD a month");
    for (what, usd) in plans::spared(prices)? {
        let _ = writeln!(out, "  {what:<46}{usd:>14.2}");
    }
    Ok(out)
}

/// Tables what memory at the edge does to time and price: a function has the part of a CPU that its memory buys.
fn sizes(prices: &Prices) -> Result<String> {
    let mut out = String::new();
    let _ = writeln!(
        out,
        "{:<48}{:>14}{:>14}{:>14}",
        "Lambda@Edge, by memory", "p99 search", "first search", "USD a million"
    );
    let (search, cold) = (prices.limit("measured_search_cpu_ms")?, prices.limit("measured_cold_cpu_ms")?);
    let needed = prices.limit("measured_memory_mb")?;
    for memory in SIZES {
        let ms = plans::edge_ms(prices, search, memory)?;
        let usd = prices.unit("lambda_edge_requests", 1e6)?
            + prices.unit("lambda_edge_gb_seconds", 1e6 * ms / 1000.0 * memory / 1024.0)?;
        let cold = plans::edge_ms(prices, cold, memory)?;
        let fits = if memory < needed { "  too small" } else { "" };
        let name = format!("  {memory:.0} MB{fits}");
        let _ = writeln!(
            out,
            "{name:<48}{:>14}{:>14}{usd:>14.2}",
            format!("{ms:.0} ms"),
            format!("{cold:.0} ms")
        );
    }
    Ok(out)
}

/// The earlier service compared 0.0045 with 0.0009 dollars; those are prices of different things.
fn bucket_or_cdn(prices: &Prices) -> Result<String> {
    let mut out = String::new();
    let _ = writeln!(out, "{:<48}{:>14}", "bucket or CDN", "USD a 1,000");
    for (what, name) in [
        ("S3, PUT or LIST: what the comparison took", "s3_puts"),
        ("S3, GET: what a visitor's read is", "s3_gets"),
        ("CloudFront, HTTP: what the comparison took", "cloudfront_http_requests"),
        ("CloudFront, HTTPS: what a visitor's read is", "cloudfront_https_requests"),
    ] {
        let _ = writeln!(out, "  {what:<46}{:>14.5}", prices.unit(name, 1000.0)?);
    }
    let _ = writeln!(out, "{:<48}{:>14}{:>14}", "reads of 20 KB a month, USD", "S3 alone", "CloudFront");
    for reads in [1.5e6, 15e6, 150e6] {
        let gb = reads * 20.0 / 1e6;
        let s3 = prices.of("s3_gets", reads)? + prices.of("s3_egress_gb", gb)?;
        let cdn = prices.of("cloudfront_https_requests", reads)? + prices.of("cloudfront_gb", gb)?;
        let _ = writeln!(out, "  {:<46}{s3:>14.2}{cdn:>14.2}", short(reads));
    }
    Ok(out)
}

fn sources(prices: &Prices) -> String {
    let (documented, quoted) = prices.by_status();
    format!(
        "{documented} prices are from the providers' own pages, {quoted} quoted by others; infra/prices.toml has the source \
         and date of each. docs/COST.md says what is left out.\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn amounts_are_read_with_their_letters() {
        assert_eq!(amount("3M").unwrap(), 3e6);
        assert_eq!(amount("500k").unwrap(), 5e5);
        assert_eq!(amount("0.3").unwrap(), 0.3);
        for wrong in ["", "M", "many", "-3", "inf"] {
            assert!(amount(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_tables_in_the_documentation_are_what_is_printed() {
        let page = include_str!("../../../docs/COST.md");
        let scales = SCALES.map(|scale| amount(scale).unwrap());
        let prices = Prices::read().unwrap();
        for printed in [
            published(&prices).unwrap(),
            table(&prices, &Use::default(), &scales).unwrap(),
            spared(&prices).unwrap(),
            sizes(&prices).unwrap(),
            bucket_or_cdn(&prices).unwrap(),
        ] {
            assert!(page.contains(printed.trim_end()), "docs/COST.md lacks:\n{printed}");
        }
    }
}
