//! Facets: the counts to narrow by, with the values in force marked.

use maud::{Markup, html};
use seoga_index::columns::Language;
use seoga_search::answer_json::FACETS;
use seoga_search::{Answer, FACET_VALUES, Facet, FacetCount, YearRange};

use super::instead::{self, Instead};
use super::years;

use crate::pages::layout::Page;
use crate::pages::links::{self, class_label};
use crate::query::{Query, classes, libraries, publishers};
use seoga_text::number::grouped;
use seoga_text::sorting;

/// The facets that may have more values than stand beside results: a page has all of one.
pub(super) const MANY: &[&str] = &["library", "class", "publisher"];
/// Values of a facet that show at once; more are behind a disclosure.
const FIRST: usize = 8;
/// Values of a facet that a page has at all; of more, those in force, and the way to the page of all.
const MOST: usize = 48;

/// Shows the facets of an answer; one that a filter is in force of with its other values too, `beside` which it was asked.
pub(crate) fn facets(page: &Page<'_>, query: &Query, answer: &Answer, beside: &[Instead]) -> Markup {
    let strings = page.strings;
    let shown = FACETS.iter().filter_map(|name| {
        let own = answer.facets.iter().find(|facet| facet.name == *name);
        let facet = match (instead::facet(beside, name), own) {
            (Some(wider), Some(own)) => with_those_in_force(query, wider, own),
            (wider, own) => wider.or(own)?.clone(),
        };
        narrows(query, &facet, answer).then_some(facet)
    });
    html! {
        aside #narrow.facets aria-labelledby="narrow-title" tabindex="-1" {
            h2 #narrow-title { (strings.narrow) }
            @if answer.facets_over < answer.total { p.note { ((strings.facets_over)(answer.facets_over)) } }
            @if answer.loans_as_of.is_some() { (on_shelf(page, query)) }
            @for facet in shown {
                section {
                    h3 { ((strings.facet)(facet.name)) }
                    @if facet.name == "year" {
                        (years::years(page, query, instead::spans(beside, answer)))
                    } @else {
                        (values(page, query, &facet))
                    }
                }
            }
            @let found = (strings.total)(answer.total, answer.total_exact, query.grouping());
            p.show { a.button href="#books" { ((strings.show_found)(&found)) } }
        }
    }
}

/// Offers to see only books that are on the shelf, or all again.
fn on_shelf(page: &Page<'_>, query: &Query) -> Markup {
    let there = Query { available: !query.available, page: 1, ..query.clone() };
    html! {
        section {
            h3 { (page.strings.is_lent) }
            ul { li { a href=(links::search(&there)) rel="nofollow" aria-current=[query.available.then_some("true")] { (page.strings.only_on_shelf) } } }
        }
    }
}

/// Lists the values of a facet: some at once, more behind a disclosure.
fn values(page: &Page<'_>, query: &Query, facet: &Facet) -> Markup {
    let (values, left) = within_page(query, facet.name, in_order(facet));
    let (first, more) = values.split_at(values.len().min(FIRST));
    html! {
        ul { @for (depth, count) in first { (value(page, query, facet.name, *depth, count)) } }
        @if !more.is_empty() {
            details {
                summary { ((page.strings.more)(more.len())) }
                ul { @for (depth, count) in more { (value(page, query, facet.name, *depth, count)) } }
                @if left || facet.counts.len() >= FACET_VALUES && MANY.contains(&facet.name) {
                    p { a href=(links::whole(query, facet.name, "")) rel="nofollow" { ((page.strings.whole)((page.strings.facet)(facet.name))) } }
                }
            }
        }
    }
}

/// Leaves out what a page has no room for; tells whether there was any.
fn within_page<'a>(
    query: &Query,
    name: &str,
    values: Vec<(usize, &'a FacetCount)>,
) -> (Vec<(usize, &'a FacetCount)>, bool) {
    let all = values.len();
    let stays = |(place, (_, count)): &(usize, (usize, &FacetCount))| {
        *place < MOST || is_in_force(query, name, &count.value)
    };
    let kept: Vec<_> = values.into_iter().enumerate().filter(stays).map(|(_, value)| value).collect();
    let left = kept.len() < all;
    (kept, left)
}

/// Adds to a facet the values in force that it has not, as the answer counts them.
fn with_those_in_force(query: &Query, wider: &Facet, own: &Facet) -> Facet {
    let mut facet = wider.clone();
    let is_missing = |count: &&FacetCount| {
        is_in_force(query, own.name, &count.value)
            && !wider.counts.iter().any(|other| other.value == count.value)
    };
    facet.counts.extend(own.counts.iter().filter(is_missing).cloned());
    facet
}

/// Tells whether a facet is of use: some value of it is in force, or not all hits have the only one.
fn narrows(query: &Query, facet: &Facet, answer: &Answer) -> bool {
    match facet.counts.as_slice() {
        [] => false,
        [only] => only.count < answer.facets_over || is_in_force(query, facet.name, &only.value),
        _ => true,
    }
}

/// Orders the values of a facet, each with its depth: classes as a tree, others as they are.
pub(super) fn in_order(facet: &Facet) -> Vec<(usize, &FacetCount)> {
    if facet.name != "class" {
        return facet.counts.iter().map(|count| (0, count)).collect();
    }
    let mut counts: Vec<&FacetCount> = facet.counts.iter().collect();
    sorting::sort_by(&mut counts, |a, b| a.value.cmp(&b.value));
    // The classes that the one at hand lies in: each begins with the one before.
    let mut above: Vec<&str> = Vec::new();
    let depth = |count: &FacetCount, above: &mut Vec<&str>| {
        while above.pop_if(|class| !count.value.starts_with(*class)).is_some() {}
        above.len()
    };
    let mut values = Vec::with_capacity(counts.len());
    for count in counts {
        values.push((depth(count, &mut above), count));
        above.push(&count.value);
    }
    values
}

/// Tells whether a value of a facet is a filter in force.
pub(super) fn is_in_force(query: &Query, facet: &str, value: &str) -> bool {
    match facet {
        "library" => query.libraries.iter().any(|library| library == value),
        "class" => query.classes.iter().any(|class| class == value),
        "year" => query.year.is_some_and(|years| has(years, value)),
        "publisher" => query.publishers.iter().any(|name| name == value),
        "lang" => query.language.is_some_and(|language| language.code() == value),
        _ => false,
    }
}

/// Tells whether a year lies in a range.
fn has(years: YearRange, year: &str) -> bool {
    let from_on = |from| years.from.is_none_or(|first| first <= from);
    let up_to = |to| years.to.is_none_or(|last| to <= last);
    year.parse().is_ok_and(|year: u16| from_on(year) && up_to(year))
}

/// Shows a value: one in force is marked and can be taken away, another one is added or takes its place.
pub(super) fn value(page: &Page<'_>, query: &Query, facet: &str, depth: usize, count: &FacetCount) -> Markup {
    let is = is_in_force(query, facet, &count.value);
    let label = label(page, facet, &count.value);
    html! {
        @if let Some(there) = pressed(query, facet, &count.value, is) {
            li class=[(depth > 0).then(|| format!("d{}", depth.min(3)))] {
                a href=(links::search(&there)) rel="nofollow" aria-current=[is.then_some("true")] aria-label=[is.then(|| (page.strings.remove_filter)(&label))] {
                    @if is { span aria-hidden="true" { "✓ " } }
                    (label)
                }
                " " span.n { (grouped(count.count)) }
            }
        }
    }
}

pub(super) fn label(page: &Page<'_>, facet: &str, value: &str) -> String {
    match facet {
        "class" => class_label(page, value),
        "lang" => (page.strings.book_language)(value).to_owned(),
        _ => value.to_owned(),
    }
}

/// Makes the search that a press on a facet's value leads to; `is`: it is in force. A class takes the place of those that it lies
/// in and of those below it: pressed within another one it narrows, and above others it widens.
fn pressed(query: &Query, facet: &str, value: &str, is: bool) -> Option<Query> {
    let mut there = Query { page: 1, ..query.clone() };
    let text = (!is).then(|| value.to_owned());
    match facet {
        "library" => {
            there.libraries.retain(|library| library != value);
            there.libraries.extend(text);
            there.libraries = libraries(there.libraries).ok()?;
        }
        "class" => {
            let is_kin = |class: &str| !is && (class.starts_with(value) || value.starts_with(class));
            there.classes.retain(|class| class != value && !is_kin(class));
            there.classes.extend(text);
            there.classes = classes(there.classes).ok()?;
        }
        "publisher" => {
            there.publishers.retain(|name| name != value);
            there.publishers.extend(text);
            there.publishers = publishers(there.publishers).ok()?;
        }
        "lang" => there.language = if is { None } else { Some(Language::from_code(value)?) },
        _ => return None,
    }
    Some(there)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_stand_as_a_tree() {
        let count = |value: &str| FacetCount { value: value.to_owned(), count: 1 };
        let counts = ["005", "004", "005.13", "005.1", "813.7"].map(count).to_vec();
        let facet = Facet { name: "class", counts };
        let tree: Vec<(usize, &str)> =
            in_order(&facet).into_iter().map(|(depth, count)| (depth, &*count.value)).collect();
        assert_eq!(tree, [(0, "004"), (0, "005"), (1, "005.1"), (2, "005.13"), (0, "813.7")]);
    }

    #[test]
    fn a_page_has_some_of_a_thousand_libraries_and_those_in_force() {
        let count = |n: u32| FacetCount { value: format!("도서관 {n:04}"), count: 2_000 - n };
        let counts: Vec<FacetCount> = (0..1_535).map(count).collect();
        let query = Query { libraries: vec!["도서관 1200".to_owned()], ..Query::default() };
        let (kept, left) = within_page(&query, "library", counts.iter().map(|count| (0, count)).collect());
        assert_eq!((kept.len(), left), (MOST + 1, true));
        assert_eq!(kept.last().map(|(_, count)| count.value.as_str()), Some("도서관 1200"));
        let few = counts.iter().take(MOST).map(|count| (0, count)).collect();
        assert!(!within_page(&Query::default(), "library", few).1);
    }

    #[test]
    fn a_press_adds_a_library_and_takes_it_away() {
        let query =
            Query { libraries: vec!["강남".to_owned(), "송파".to_owned()], page: 3, ..Query::default() };
        let added = pressed(&query, "library", "남산", false).unwrap();
        assert_eq!((added.libraries.join(" "), added.page), ("강남 남산 송파".to_owned(), 1));
        assert_eq!(pressed(&query, "library", "강남", true).unwrap().libraries, ["송파"]);
        assert_eq!(pressed(&query, "year", "2020", false), None, "years have bars of their own");
        let of = Query { publishers: vec!["나루".to_owned()], ..Query::default() };
        assert_eq!(pressed(&of, "publisher", "가온", false).unwrap().publishers, ["가온", "나루"]);
        assert!(pressed(&of, "publisher", "나루", true).unwrap().publishers.is_empty());
        let many = Query { publishers: (0..5).map(|n| n.to_string()).collect(), ..Query::default() };
        assert_eq!(pressed(&many, "publisher", "나루", false), None, "no more than a search takes");
    }

    #[test]
    fn a_press_adds_a_class_beside_others_and_takes_the_place_of_those_above_and_below() {
        let query =
            Query { classes: ["005.1", "005.7", "813"].map(str::to_owned).to_vec(), ..Query::default() };
        for (pressed_on, is, there) in [
            ("004", false, "004 005.1 005.7 813"),
            ("813.7", false, "005.1 005.7 813.7"),
            ("005", false, "005 813"),
            ("005.7", true, "005.1 813"),
        ] {
            assert_eq!(pressed(&query, "class", pressed_on, is).unwrap().classes.join(" "), there);
        }
        // Whoever takes a class away, keeps one below it that was asked for by hand.
        let both = Query { classes: ["005", "005.7"].map(str::to_owned).to_vec(), ..Query::default() };
        assert_eq!(pressed(&both, "class", "005", true).unwrap().classes, ["005.7"]);
    }

    #[test]
    fn a_value_in_force_is_always_there() {
        let facet = |counts: &[(&str, u32)]| Facet {
            name: "class",
            counts: counts
                .iter()
                .map(|(value, count)| FacetCount { value: (*value).to_owned(), count: *count })
                .collect(),
        };
        let query = Query { classes: vec!["005.133".to_owned()], ..Query::default() };
        let shown = with_those_in_force(&query, &facet(&[("004", 9)]), &facet(&[("005.133", 2), ("005", 2)]));
        assert_eq!(shown, facet(&[("004", 9), ("005.133", 2)]));
        assert_eq!(with_those_in_force(&query, &shown, &shown), shown);
    }

    #[test]
    fn what_does_not_narrow_is_not_offered() {
        let facet = |counts: &[(&str, u32)]| Facet {
            name: "lang",
            counts: counts
                .iter()
                .map(|(value, count)| FacetCount { value: (*value).to_owned(), count: *count })
                .collect(),
        };
        let answer = Answer { total: 9, facets_over: 9, ..Answer::default() };
        let query = Query::default();
        assert!(!narrows(&query, &facet(&[]), &answer));
        assert!(!narrows(&query, &facet(&[("ko", 9)]), &answer));
        assert!(narrows(&query, &facet(&[("ko", 8)]), &answer));
        assert!(narrows(&query, &facet(&[("ko", 8), ("en", 1)]), &answer));
        let within = Query { language: Some(Language::Korean), ..Query::default() };
        assert!(narrows(&within, &facet(&[("ko", 9)]), &answer));
    }
}
