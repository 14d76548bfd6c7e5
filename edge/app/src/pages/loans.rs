//! Whether copies are on the shelf, wherever a page says so: always with the day of which that is, and said to be old where it is.

use maud::{Markup, html};
use seoga_index::availability::State;
use seoga_search::book_view::HoldingView;
use seoga_text::day::Day;

use super::layout::Page;

/// Days after which what is known of loans is said to be old.
const FRESH_DAYS: u32 = 2;

/// Says of libraries that hold a book at how many a copy is in; where all that is known is that none is, that.
pub(crate) fn at(page: &Page<'_>, held: &[&HoldingView<'_>]) -> Option<Markup> {
    let strings = page.strings;
    let count = |wanted: State| held.iter().filter(|held| held.state == wanted).count();
    let (on_shelf, unknown) = (count(State::In), count(State::Unknown));
    // What holds of several is as of the oldest of their days.
    let day = held.iter().filter_map(|held| held.as_of).min()?;
    match (on_shelf, unknown) {
        (1.., _) => Some(html! { span.in { ((strings.on_shelf_at)(on_shelf)) } " " (dated(page, day)) }),
        (0, 0) => Some(html! { span.out { (strings.all_on_loan) } " " (dated(page, day)) }),
        _ => None,
    }
}

/// Says of one library whether a copy is in.
pub(crate) fn here(page: &Page<'_>, held: &HoldingView<'_>) -> Markup {
    let strings = page.strings;
    html! {
        @match held.state {
            State::In => span.in { (strings.on_shelf) },
            State::Out => span.out { (strings.on_loan) },
            State::Unknown => span.n { (strings.unknown) },
        }
        @if let Some(day) = held.as_of { " " (dated(page, day)) }
    }
}

/// Says of which day something is known, and that it is old where it is.
fn dated(page: &Page<'_>, day: Day) -> Markup {
    let shown = (page.strings.loans_as_of)(&(page.strings.day)(day));
    html! { time.n datetime=(day) { (shown) } @if page.today.0 >= day.0 + FRESH_DAYS { " " span.old { (page.strings.loans_old) } } }
}
