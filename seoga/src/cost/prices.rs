//! Unit prices and allowances, out of `infra/prices.toml`. Which formula takes which is `plans`' business.
//!
//! Invariant: every figure has a source and a date; one that is not in the file ends the command.

use std::collections::BTreeMap;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

/// Where they stand, below the root.
const FILE: &str = "infra/prices.toml";

#[derive(Debug, Deserialize)]
pub(super) struct Prices {
    limit: BTreeMap<String, Limit>,
    #[serde(flatten)]
    price: BTreeMap<String, Price>,
}

/// The price of so many units.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Price {
    usd: f64,
    per: f64,
    /// Units a month that are not charged.
    #[serde(default)]
    free: f64,
    unit: String,
    source: String,
    date: String,
    status: Status,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Status {
    Documented,
    Bills,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Limit {
    value: f64,
    unit: String,
    source: String,
    date: String,
}

impl Prices {
    /// Reads the file as it is compiled in.
    pub(super) fn read() -> Result<Self> {
        Self::parse(include_str!("../../../infra/prices.toml"))
    }

    pub(super) fn parse(text: &str) -> Result<Self> {
        let prices: Self = toml::from_str(text).with_context(|| FILE.to_owned())?;
        for (name, price) in &prices.price {
            let said = [&price.unit, &price.source, &price.date].into_iter().all(|text| !text.is_empty());
            ensure!(said && price.usd > 0.0 && price.per > 0.0 && price.free >= 0.0, "{FILE}: {name}");
        }
        for (name, limit) in &prices.limit {
            let said = [&limit.unit, &limit.source, &limit.date].into_iter().all(|text| !text.is_empty());
            ensure!(said && limit.value > 0.0, "{FILE}: limit.{name}");
        }
        Ok(prices)
    }

    /// Reckons what so many units cost in a month.
    pub(super) fn of(&self, name: &str, units: f64) -> Result<f64> {
        let price = self.price(name)?;
        Ok((units - price.free).max(0.0) / price.per * price.usd)
    }

    /// Reckons what so many units cost, none of them free.
    pub(super) fn unit(&self, name: &str, units: f64) -> Result<f64> {
        let price = self.price(name)?;
        Ok(units / price.per * price.usd)
    }

    /// Units a month that are not charged.
    pub(super) fn free(&self, name: &str) -> Result<f64> {
        Ok(self.price(name)?.free)
    }

    /// Where a plan ends.
    pub(super) fn limit(&self, name: &str) -> Result<f64> {
        Ok(self.limit.get(name).with_context(|| format!("{FILE} has no limit.{name}"))?.value)
    }

    fn price(&self, name: &str) -> Result<&Price> {
        self.price.get(name).with_context(|| format!("{FILE} has no price {name}"))
    }

    /// How many prices come from the provider's own pages, and how many are quoted by others.
    pub(super) fn by_status(&self) -> (usize, usize) {
        let documented = self.price.values().filter(|price| price.status == Status::Documented).count();
        (documented, self.price.len() - documented)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[a]\nusd = 2.0\nper = 10\nfree = 5\nunit = \"u\"\nsource = \"s\"\ndate = \"d\"\nstatus = \"bills\"\n\
        [limit.l]\nvalue = 7\nunit = \"u\"\nsource = \"s\"\ndate = \"d\"\n";

    #[test]
    fn what_is_free_is_not_charged_and_what_is_not_there_is_no_price() {
        let prices = Prices::parse(GOOD).unwrap();
        assert_eq!((prices.of("a", 25.0).unwrap(), prices.of("a", 4.0).unwrap()), (4.0, 0.0));
        assert_eq!((prices.unit("a", 25.0).unwrap(), prices.limit("l").unwrap()), (5.0, 7.0));
        assert!(prices.of("b", 1.0).is_err() && prices.limit("m").is_err());
    }

    #[test]
    fn a_figure_without_a_source_or_a_date_is_refused() {
        for wrong in [
            GOOD.replace("source = \"s\"\n", ""),
            GOOD.replace("date = \"d\"", "date = \"\""),
            GOOD.replace("usd = 2.0", "usd = 0.0"),
            GOOD.replace("bills", "guessed"),
        ] {
            assert!(Prices::parse(&wrong).is_err(), "{wrong}");
        }
    }
}
