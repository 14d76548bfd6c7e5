//! Books in lists, wherever a page shows some: one way to link, to name and to date them.

use maud::{Markup, html};
use seoga_index::record::Record;

use super::layout::Page;
use super::links;
use super::loans;
use super::statement;
use seoga_search::book_view::HoldingView;
use seoga_text::day::Day;

/// Holding libraries named on the result itself; more are behind a disclosure.
const NAMED: usize = 3;

/// Tells the language of a title where it is not the page's, by its letters, and for Latin ones by the record.
pub(crate) fn lang(page: &Page<'_>, record: &Record) -> Option<&'static str> {
    let has = |from: char, to: char| record.title.chars().any(|c| (from..=to).contains(&c));
    let code = match record.language.as_deref() {
        _ if has('가', '힣') => "ko",
        _ if has('ぁ', 'ヿ') => "ja",
        None | Some("en") if has('A', 'Z') || has('a', 'z') => "en",
        _ => return None,
    };
    (code != page.hl.code()).then_some(code)
}

/// Links a book's title to its page.
pub(crate) fn link(page: &Page<'_>, record: &Record) -> Markup {
    html! { a href=(links::book(page, record)) lang=[lang(page, record)] { (statement::title(page, record, &[])) } }
}

/// Says who made it, and when.
pub(crate) fn by(page: &Page<'_>, record: &Record) -> Markup {
    html! {
        @if !record.authors.is_empty() { span.authors { (statement::people(page, record, &[], false)) } }
        @if !record.publisher.is_empty() { span.publisher { (record.publisher) } }
        @if let Some(year) = record.year { span.year { (year) } }
    }
}

/// Shows a book in a list, and `more` about it.
pub(crate) fn item(page: &Page<'_>, record: &Record, more: &Markup) -> Markup {
    html! {
        li data-isbn13=(record.id) {
            (spine(record.class_no.as_deref()))
            div.book {
                p.title { (link(page, record)) }
                p.by { (by(page, record)) }
                (more)
            }
        }
    }
}

/// Lists books under a heading; nothing where there are none.
pub(crate) fn others(page: &Page<'_>, class: &str, heading: &str, records: &[Record]) -> Markup {
    html! {
        @if !records.is_empty() {
            section class=(class) {
                h2 { (heading) }
                ul.others {
                    @for record in records {
                        li {
                            (link(page, record))
                            @if !record.authors.is_empty() { " " span { (statement::people(page, record, &[], false)) } }
                            @if let Some(year) = record.year { " " span.n { (year) } }
                        }
                    }
                }
            }
        }
    }
}

/// Finds the day on which a book arrived in a library, or anywhere first.
pub(crate) fn arrived(record: &Record, library: Option<u16>) -> Option<Day> {
    let there =
        record.holdings.iter().filter(|holding| library.is_none_or(|number| holding.library == number));
    there.filter_map(|holding| holding.registered).min().map(|days| Day(days.into()))
}

/// Says in words when a book arrived.
pub(crate) fn arrival(page: &Page<'_>, day: Option<Day>) -> Markup {
    html! {
        @if let Some(day) = day { time datetime=(day) { ((page.strings.arrived)(&(page.strings.date)(day))) } }
    }
}

/// Draws the label on the book's back: its class, coloured by main class. Said in words elsewhere.
pub(crate) fn spine(class: Option<&str>) -> Markup {
    let main = class.and_then(|class| class.chars().next()).filter(char::is_ascii_digit);
    let colour = format!("spine k{}", main.unwrap_or('x'));
    html! { div class=(colour) aria-hidden="true" { span { (class.unwrap_or("–")) } } }
}

/// Says who holds it: libraries in `first` before all others, some names, all of them behind a disclosure.
pub(crate) fn held(page: &Page<'_>, held: &[HoldingView<'_>], first: &[u16]) -> Markup {
    let strings = page.strings;
    let held = first_of(held, first);
    let at_first = held.iter().filter(|held| first.contains(&held.number)).count();
    let shown = if at_first > 0 { at_first } else { held.len() };
    let names: Vec<&str> =
        held.iter().take(shown.min(NAMED)).map(|held| held.library.name.as_str()).collect();
    let counted = held.get(..if at_first > 0 { at_first } else { held.len() }).unwrap_or_default();
    let line = html! {
        @if let Some(loans) = loans::at(page, counted) { (loans) " · " }
        @match (first.is_empty(), at_first) {
            (true, _) => { ((strings.held_at)(held.len())) ": " }
            (false, 0) => { ((strings.at_none_of)(held.len())) ": " }
            (false, _) => {}
        }
        (names.join(", ")) @if shown > NAMED { " …" }
        @if at_first > 0 && held.len() > at_first { " (" ((strings.in_all)(held.len())) ")" }
    };
    html! {
        @if held.len() == 1 { p.held { (line) } }
        @if held.len() > 1 {
            details.held {
                summary { (line) }
                ul { @for held in &held { li { (held.library.name) @if held.as_of.is_some() { " " (loans::here(page, held)) } } } }
            }
        }
    }
}

/// Puts the holdings of the libraries in `first` before the others, in their order.
pub(crate) fn first_of<'a, 'b>(held: &'b [HoldingView<'a>], first: &[u16]) -> Vec<&'b HoldingView<'a>> {
    let own = first.iter().filter_map(|number| held.iter().find(|held| held.number == *number));
    own.chain(held.iter().filter(|held| !first.contains(&held.number))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_index::availability::State;
    use seoga_index::manifest::Library;

    #[test]
    fn libraries_of_ones_own_come_first_in_their_order() {
        let library = Library::default();
        let held = [1, 3, 4, 8].map(|number| HoldingView {
            number,
            library: &library,
            registered: None,
            state: State::Unknown,
            as_of: None,
        });
        let order = |first: &[u16]| first_of(&held, first).iter().map(|held| held.number).collect::<Vec<_>>();
        assert_eq!(order(&[]), [1, 3, 4, 8]);
        assert_eq!(order(&[8, 2, 3]), [8, 3, 1, 4]);
    }
}
