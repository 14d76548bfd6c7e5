//! Title and statement of responsibility as pages show them, with what matched marked.
//!
//! The rules are `seoga_text`'s: `title::shown` for titles, `names::runs` for people. Offsets of matches count in what is
//! recorded, so each code point shown brings its place there along.

use maud::{Markup, html};
use seoga_index::record::Record;
use seoga_search::book_view::volume_beside_title;
use seoga_search::{Highlight, HighlightField};
use seoga_text::names::{self, Name};
use seoga_text::title::{self, Shown};

use super::layout::Page;
use super::links;
use crate::routes::Heading;
use crate::strings::Hl;

/// Shows a title with its volume.
pub(crate) fn title(page: &Page<'_>, record: &Record, matched: &[Highlight]) -> Markup {
    let shown = title::shown(&record.title);
    html! { (mark(shown.into_iter(), &stretches(matched, HighlightField::Title))) (volume(page, record)) }
}

/// Shows the volume beside a title that does not say it.
fn volume(page: &Page<'_>, record: &Record) -> Markup {
    html! {
        @if let Some(volume) = volume_beside_title(record) { " " span.volume { ((page.strings.volume_named)(volume)) } }
    }
}

/// Shows whom the record names, in runs of one role with its word behind. `linked`: each name leads to the person's books.
pub(crate) fn people(page: &Page<'_>, record: &Record, matched: &[Highlight], linked: bool) -> Markup {
    let english = page.hl == Hl::En;
    let names = names::parse(&record.authors);
    let stretches = stretches(matched, HighlightField::Authors);
    let field: Vec<char> = record.authors.chars().collect();
    let mut from = 0;
    let mut name = |name: &Name| {
        let letters: Vec<char> = name.text.chars().collect();
        // Names come in the field's order; one that was tidied on the way is not found, and nothing is marked in it.
        let at =
            field.get(from..).and_then(|rest| rest.windows(letters.len().max(1)).position(|w| w == letters));
        let at = at.map(|at| at + from);
        from = at.map_or(from, |at| at + letters.len());
        let place = |offset: usize| at.map(|at| (at + offset) as u32);
        mark(letters.into_iter().enumerate().map(|(offset, c)| (c, place(offset))), &stretches)
    };
    html! {
        @if names.is_empty() { (marked(&record.authors, matched, HighlightField::Authors)) }
        @for (number, run) in names::runs(&names).enumerate() {
            @if number > 0 { "; " }
            @for (place, one) in run.iter().enumerate() {
                (names::before(one, place))
                @if linked { a href=(links::heading(page, Heading::Author, &one.text)) { (name(one)) } } @else { (name(one)) }
                (names::behind(one, english))
            }
            (names::role_behind(run.first().map_or("", |name| name.word), english))
        }
    }
}

/// Highlights the stretches of a text, shown as recorded, that matched. Offsets count code points.
pub(crate) fn marked(text: &str, matched: &[Highlight], field: HighlightField) -> Markup {
    mark(text.chars().zip((0..).map(Some)), &stretches(matched, field))
}

/// Lists where a field matched, in code points of what is recorded.
fn stretches(matched: &[Highlight], field: HighlightField) -> Vec<(u32, u32)> {
    let of_field = matched.iter().filter(|m| m.field == field && m.start < m.end);
    of_field.map(|m| (m.start, m.end)).collect()
}

fn mark(shown: impl Iterator<Item = Shown>, stretches: &[(u32, u32)]) -> Markup {
    let inside = |at: u32| stretches.iter().any(|(start, end)| (*start..*end).contains(&at));
    let mut runs: Vec<(bool, String)> = Vec::new();
    for (c, place) in shown {
        let is = place.is_some_and(inside);
        match runs.last_mut() {
            Some((was, run)) if *was == is => run.push(c),
            _ => runs.push((is, c.to_string())),
        }
    }
    html! { @for (is, run) in &runs { @if *is { mark { (run) } } @else { (run) } } }
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_search::ExpansionKind;

    fn at(start: u32, end: u32) -> Highlight {
        Highlight { field: HighlightField::Title, start, end, by: ExpansionKind::Exact, word: None }
    }

    #[test]
    fn marks_count_code_points_and_escape() {
        let check = |text: &str, matches: &[Highlight], expected: &str| {
            assert_eq!(marked(text, matches, HighlightField::Title).into_string(), expected);
        };
        check("파이썬 <첫> 걸음", &[at(0, 3), at(4, 7)], "<mark>파이썬</mark> <mark>&lt;첫&gt;</mark> 걸음");
        check("abc", &[at(1, 2), at(0, 2)], "<mark>ab</mark>c");
        check("abc", &[at(2, 99)], "ab<mark>c</mark>");
        check("abc", &[Highlight { field: HighlightField::Authors, ..at(0, 3) }], "abc");
        check("", &[at(0, 0)], "");
    }

    #[test]
    fn marks_follow_what_moved_within_a_title() {
        // 첫걸음 is recorded behind the parallel title and shown before it.
        let shown = title::shown("파이썬 =Python :첫걸음");
        let text = mark(shown.into_iter(), &[(4, 5), (5, 11), (13, 16)]).into_string();
        assert_eq!(text, "파이썬: <mark>첫걸음</mark> = <mark>Python</mark>");
    }
}
