//! The search form: one box, the visitor's own libraries to narrow to, and the other filters carried along.
//!
//! Nothing in it grows with the number of libraries: they are chosen on a page of their own.

use maud::{Markup, html};

use crate::limits;
use crate::query::Query;
use crate::strings::Strings;

/// Draws the form of the header: its box, and what rides along of the search that it starts from.
pub(crate) fn form(strings: &Strings, query: &Query) -> Markup {
    html! {
        form.search role="search" method="get" action="/search" {
            (entry(strings, query))
            div data-carried { (carried(strings, query, false)) }
        }
    }
}

/// Repeats a search in the fields of another form, none of which is seen.
pub(crate) fn hidden(query: &Query) -> Markup {
    let words = Some(query.shown()).filter(|words| !words.is_empty());
    html! {
        @if let Some(words) = words { input type="hidden" name="q" value=(words); }
        @for name in &query.libraries { input type="hidden" name="library" value=(name); }
        @for name in &query.mine { input type="hidden" name="mine" value=(name); }
        @for (name, value) in query.others() { input type="hidden" name=(name) value=(value); }
    }
}

/// Draws the home page's form, with the visitor's libraries open to see. `choose`: where they are chosen, if there are several.
pub(crate) fn large(strings: &Strings, query: &Query, choose: Option<&str>) -> Markup {
    html! {
        form.search.large role="search" method="get" action="/search" {
            (entry(strings, query))
            (carried(strings, query, true))
            @if let Some(choose) = choose { p.choose { a href=(choose) rel="nofollow" { (strings.choose_libraries) } } }
        }
    }
}

/// Draws the box with its label and its button. Whoever searches in one library is told so.
fn entry(strings: &Strings, query: &Query) -> Markup {
    let inside = match query.libraries.as_slice() {
        [library] => Some((strings.search_in)(library)),
        _ => None,
    };
    html! {
        label for="q" { (inside.as_deref().unwrap_or(strings.search_label)) }
        div.box {
            input #q type="search" name="q" value=(query.shown()) placeholder=(inside.as_deref().unwrap_or(strings.search_hint))
                maxlength=(limits::MAX_QUERY_CHARS) autocomplete="off" autocapitalize="none" spellcheck="false" enterkeyhint="search";
            button type="submit" { (strings.search) }
        }
    }
}

/// Repeats the parameters of a search; who has libraries of their own may narrow to them.
fn carried(strings: &Strings, query: &Query, open: bool) -> Markup {
    let others = query.libraries.iter().filter(|name| !query.mine.contains(name));
    let offered: Vec<&String> = query.mine.iter().chain(others).collect();
    html! {
        @for (name, value) in query.others() { input type="hidden" name=(name) value=(value); }
        @for name in &query.mine { input type="hidden" name="mine" value=(name); }
        @if query.mine.is_empty() {
            @for library in &query.libraries { input type="hidden" name="library" value=(library); }
        } @else {
            details.libraries open[open] {
                summary { ((strings.only_in)(query.libraries.len())) }
                fieldset {
                    legend { (strings.libraries_legend) }
                    @for name in &offered {
                        label { input type="checkbox" name="library" value=(name) checked[query.libraries.contains(name)]; " " (name) }
                    }
                }
            }
        }
    }
}
