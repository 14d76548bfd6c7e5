//! A report, as text for a person and as JSON for a program.

use std::fmt::Write;

use anyhow::{Context, Result};
use seoga_text::kdc;
use serde::Serialize;

use super::counts::{Cell, Counts, Ranks};

/// A report.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) k: u32,
    /// The first month, where one was asked for.
    pub(super) since: Option<String>,
    /// The last month.
    pub(super) until: String,
    #[serde(flatten)]
    pub(super) counts: Counts,
}

impl Report {
    /// Writes it as JSON.
    pub(super) fn json(&self) -> Result<String> {
        serde_json::to_string_pretty(self).context("the report")
    }

    /// Writes it as text. `nothing` says that the period has no choice at all.
    pub(super) fn text(&self, nothing: bool) -> String {
        text(self, nothing)
    }
}

fn text(report: &Report, nothing: bool) -> String {
    let Report { k, since, until, counts } = report;
    let mut out = String::new();
    let period = match since {
        Some(since) if since == until => until.clone(),
        Some(since) => format!("{since} to {until}"),
        None => format!("up to {until}"),
    };
    let _ = writeln!(
        out,
        "Choices of visitors, {period}. Every count is of {k} visitors or more; what fewer share is not told."
    );
    if nothing {
        let _ = writeln!(
            out,
            "\nThe export has no choice of this period; a month that is not over is named by --until."
        );
        return out;
    }
    heading(&mut out, "Books picked, by visitors");
    for book in &counts.books {
        let title = book.title.as_deref().map(|title| format!("  {title}")).unwrap_or_default();
        let _ = writeln!(out, "{:>8}  {}{title}", book.visitors, book.id);
    }
    none(&mut out, counts.books.is_empty());
    heading(&mut out, "Picks by the place in the list");
    ranks(&mut out, &counts.ranks);
    heading(&mut out, "Asked in vain (\"none of these\"), by visitors");
    for question in &counts.questions {
        let _ = writeln!(out, "{:>8}  {}", question.visitors, question.words.join(" "));
    }
    none(&mut out, counts.questions.is_empty());
    heading(&mut out, "Words of other questions asked in vain, by visitors");
    for word in &counts.words {
        let _ = writeln!(out, "{:>8}  {}", word.visitors, word.word);
    }
    none(&mut out, counts.words.is_empty());
    heading(&mut out, "Classes in which they were asked, by visitors");
    for class in &counts.classes {
        let name = kdc::name(&format!("{}00", class.class), kdc::Language::Korean).unwrap_or_default();
        let _ = writeln!(out, "{:>8}  {}00 {name}", class.visitors, class.class);
    }
    none(&mut out, counts.classes.is_empty());
    out
}

fn heading(out: &mut String, text: &str) {
    let _ = writeln!(out, "\n{text}");
}

fn none(out: &mut String, empty: bool) {
    if empty {
        let _ = writeln!(out, "  nothing that enough visitors share");
    }
}

fn ranks(out: &mut String, ranks: &Ranks) {
    none(out, ranks.cells.is_empty());
    let longest = ranks.cells.iter().map(|cell| cell.picks).max().unwrap_or(1);
    for Cell { from, to, picks, .. } in &ranks.cells {
        let place = match to {
            Some(to) if to == from => from.to_string(),
            Some(to) => format!("{from}-{to}"),
            None => format!("{from}-"),
        };
        let _ = writeln!(out, "{picks:>8}  {place:<6}{}", "#".repeat((picks * 40).div_ceil(longest)));
    }
    if let (Some(first), Some(ten), Some([low, high])) =
        (ranks.first, ranks.first_ten, ranks.mean_reciprocal_rank)
    {
        let (low, high) = (format!("{low:.2}"), format!("{high:.2}"));
        let mean = if low == high { low } else { format!("{low} to {high}") };
        let _ = writeln!(
            out,
            "Of these picks {:.0} % at the first place, {:.0} % in the first ten; mean reciprocal rank {mean}.",
            first * 100.0,
            ten * 100.0
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::counts::{Book, Class, Question, Word};

    #[test]
    fn a_report_reads_as_text() {
        let cells = vec![
            Cell { from: 1, to: Some(1), picks: 30, visitors: 9 },
            Cell { from: 11, to: Some(20), picks: 15, visitors: 5 },
        ];
        let ranks = Ranks {
            cells,
            first: Some(0.667),
            first_ten: Some(0.667),
            mean_reciprocal_rank: Some([0.68, 0.7]),
        };
        let counts = Counts {
            books: vec![Book {
                id: "9788966260959".into(),
                isbn13: Some("9788966260959".into()),
                title: Some("클린 코드".into()),
                visitors: 7,
            }],
            ranks,
            questions: vec![Question { words: vec!["양자".into(), "컴퓨터".into()], visitors: 6 }],
            words: vec![Word { word: "양자".into(), visitors: 5 }],
            classes: vec![Class { class: "4".into(), visitors: 9 }],
        };
        let report = Report { k: 5, since: Some("2026-09".into()), until: "2026-10".into(), counts };
        let text = report.text(false);
        for said in [
            "2026-09 to 2026-10. Every count is of 5 visitors or more",
            "       7  9788966260959  클린 코드\n",
            "      15  11-20 ####################\n",
            "67 % at the first place, 67 % in the first ten; mean reciprocal rank 0.68 to 0.70.",
            "       6  양자 컴퓨터\n",
            "       9  400 자연과학\n",
        ] {
            assert!(text.contains(said), "{said:?} is not in\n{text}");
        }
        assert!(report.text(true).contains("no choice of this period"));
    }
}
