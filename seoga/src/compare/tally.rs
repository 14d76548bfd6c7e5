//! Counts of a comparison, as they are told.

use std::collections::BTreeMap;
use std::fmt;

use anyhow::{Result, bail, ensure};
use seoga_host::web::Answer;

use super::answers::{Found, Reason};

/// Counts of one kind of answer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Counts {
    same: usize,
    explained: usize,
    differing: usize,
}

/// The counts of a run, and the first answers that differ.
#[derive(Debug)]
pub(super) struct Tally {
    here: String,
    there: String,
    kinds: BTreeMap<&'static str, Counts>,
    reasons: BTreeMap<Reason, usize>,
    statuses: BTreeMap<u16, usize>,
    shown: Vec<String>,
    show: usize,
}

impl Tally {
    pub(super) fn new(here: &str, there: &str, show: usize) -> Self {
        let (here, there) = (here.to_owned(), there.to_owned());
        let (kinds, reasons, statuses) = Default::default();
        Self { here, there, kinds, reasons, statuses, shown: Vec::new(), show }
    }

    /// Takes in what was found of a path.
    pub(super) fn take(&mut self, path: &str, here: &Answer<Vec<u8>>, there: &Answer<Vec<u8>>, found: Found) {
        let page = here.header("content-type").is_some_and(|kind| kind.starts_with("text/html"));
        let kind = if path.starts_with("/api/") {
            "API"
        } else if page {
            "pages"
        } else {
            "files"
        };
        let counts = self.kinds.entry(kind).or_default();
        *self.statuses.entry(here.status.max(there.status)).or_default() += 1;
        match found {
            Ok(reasons) if reasons.is_empty() => counts.same += 1,
            Ok(reasons) => {
                counts.explained += 1;
                for reason in reasons {
                    *self.reasons.entry(reason).or_default() += 1;
                }
            }
            Err(what) => {
                counts.differing += 1;
                if self.shown.len() < self.show {
                    self.shown.push(format!("DIFFERS {path}\n    {what}"));
                }
            }
        }
    }

    /// Says whether the two give the same answers.
    pub(super) fn verdict(&self) -> Result<()> {
        let failing: usize =
            self.statuses.iter().filter(|(status, _)| **status >= 500).map(|(_, count)| count).sum();
        let differing: usize = self.kinds.values().map(|counts| counts.differing).sum();
        let good = self.statuses.get(&200).copied().unwrap_or_default();
        if differing > 0 {
            bail!("{differing} answers differ");
        }
        ensure!(failing == 0, "{failing} answers are failures of the server: they say nothing of it");
        ensure!(good > 0, "no answer was good: nothing was compared");
        Ok(())
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for shown in &self.shown {
            writeln!(f, "{shown}")?;
        }
        writeln!(f, "A {}\nB {}", self.here, self.there)?;
        writeln!(
            f,
            "{:<6} {:>9} {:>11} {:>11} {:>9}",
            "kind", "compared", "same bytes", "explained", "differing"
        )?;
        for (kind, Counts { same, explained, differing }) in &self.kinds {
            let all = same + explained + differing;
            writeln!(f, "{kind:<6} {all:>9} {same:>11} {explained:>11} {differing:>9}")?;
        }
        for (reason, name, why) in Reason::ALL {
            writeln!(
                f,
                "{:>9} explained by {name}: {why}",
                self.reasons.get(&reason).copied().unwrap_or_default()
            )?;
        }
        let statuses: Vec<_> =
            self.statuses.iter().map(|(status, count)| format!("{status}: {count}")).collect();
        writeln!(f, "statuses {}", statuses.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(status: u16) -> Answer<Vec<u8>> {
        Answer {
            status,
            headers: vec![("content-type".to_owned(), "text/html".to_owned())],
            body: Vec::new(),
        }
    }

    fn taken(each: &[(u16, Found)]) -> Tally {
        let mut tally = Tally::new("http://a", "http://b", 1);
        for (status, found) in each {
            tally.take("/search?q=a", &answer(*status), &answer(*status), found.clone());
        }
        tally
    }

    #[test]
    fn it_passes_only_where_good_answers_are_alike() {
        assert!(taken(&[(200, Ok([].into()))]).verdict().is_ok());
        for (each, told) in [
            (vec![], "no answer was good"),
            (vec![(404, Ok([].into()))], "no answer was good"),
            (vec![(200, Ok([].into())), (503, Ok([].into()))], "1 answers are failures"),
            (vec![(200, Ok([].into())), (200, Err("etag".to_owned()))], "1 answers differ"),
        ] {
            let refused = taken(&each).verdict().unwrap_err().to_string();
            assert!(refused.contains(told), "{refused}");
        }
    }

    #[test]
    fn it_tells_counts_reasons_and_the_first_differences() {
        let told = taken(&[
            (200, Ok([].into())),
            (200, Ok([Reason::QueryId, Reason::Origin].into())),
            (200, Err("one".to_owned())),
            (200, Err("later".to_owned())),
        ])
        .to_string();
        assert!(told.contains("pages          4           1           1         2\n"), "{told}");
        assert!(told.contains("1 explained by query_id") && told.contains("0 explained by clock"), "{told}");
        assert!(told.contains("one") && !told.contains("later"), "{told}");
    }
}
