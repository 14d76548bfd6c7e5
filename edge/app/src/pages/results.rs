//! `/search`: ranked results, facets, paging, and help when there are none.

mod facets;
mod hit;

use maud::{Markup, html};
use seoga_search::{Answer, ExpansionKind, Interpretation, Sort, Tier};

use super::form::form;
use super::layout::{Frame, Page};
use super::links;
use crate::context::Context;
use crate::generation::Generation;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::query::Query;
use crate::questions::{self, SearchResult};

/// Results a page that are offered.
const SIZES: [u32; 3] = [10, 20, 50];
/// Books below which an answer counts as poor.
const FEW: u32 = 5;

/// `GET /search`
pub(crate) async fn results(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let query = Query::parse(&params, false)?;
    let page = Page::new(context, &params)?;
    if query.text.is_empty() && !query.is_filtered() {
        return no_words(context, &page, &query).await;
    }
    let answered = questions::search(context, &query, None).await?;
    let (found, generation) = (&answered.value, &answered.generation);
    let heading = match (query.text.is_empty(), found.answer.total) {
        (true, _) => page.strings.browse_title.to_owned(),
        (false, 0) => (page.strings.nothing_title)(query.shown()),
        (false, _) => (page.strings.results_title)(query.shown()),
    };
    let main = html! {
        (form(&page, &query, Some(&generation.manifest), false))
        h1 { (heading) }
        @if !found.answer.hits.is_empty() { a.skip.within href="#books" { (page.strings.skip_to_books) } }
        @if found.answer.total == 0 { (nothing(&page, &query, found)) }
        @else { (list(&page, &query, found, generation)) }
    };
    let count = (page.strings.total)(found.answer.total, found.answer.total_exact);
    let frame = Frame {
        title: if found.answer.total == 0 { heading } else { format!("{heading} – {count}") },
        query_string: Query { hl: None, ..query.clone() }.to_query_string(),
        generation: Some(generation),
        ..Frame::default()
    };
    Ok(page.shown(&answered, &frame, &main))
}

async fn no_words(context: &Context, page: &Page<'_>, query: &Query) -> Result<Response, Problem> {
    let answered = context.newest(None).await?;
    let manifest = &answered.generation.manifest;
    let main = html! {
        h1 { (page.strings.home_title) }
        (form(page, query, Some(manifest), true))
        p.detail { (page.strings.no_words) }
    };
    let frame = Frame { generation: Some(&answered.generation), ..Frame::default() };
    Ok(page.shown(&answered, &frame, &main))
}

/// Says how the words were read, other than as typed, and what may have been meant.
fn readings(page: &Page<'_>, query: &Query, found: &SearchResult) -> Markup {
    let strings = page.strings;
    let other = |text: &str| {
        let (text, typed) = crate::query::canonical(text);
        Query { text, typed, page: 1, ..query.clone() }
    };
    let answer = &found.answer;
    html! {
        @for (input, by, readings) in replaced(&answer.interpretation) {
            p.reading { ((strings.read_as)(input, &readings.join(", "), (strings.reading)(by))) }
        }
        @let also = added(&answer.interpretation);
        @if !also.is_empty() { p.reading { (strings.also) ": " (also.join(", ")) } }
        @if let Some(meant) = &answer.did_you_mean {
            p.meant { (strings.did_you_mean) " " a href=(links::search(&other(meant))) { (meant) } }
        }
        @if !answer.related.is_empty() {
            nav.related aria-label=(strings.related) {
                h2 { (strings.related) }
                ul { @for word in &answer.related { li { a href=(links::search(&other(word))) rel="nofollow" { (word) } } } }
            }
        }
    }
}

/// Collects what stood in for what was typed, so that the visitor must be told: a line for each part and reading.
fn replaced(interpretation: &[Interpretation]) -> Vec<(&str, ExpansionKind, Vec<&str>)> {
    let mut lines: Vec<(&str, ExpansionKind, Vec<&str>)> = Vec::new();
    for i in interpretation {
        match i.by {
            ExpansionKind::Typo
            | ExpansionKind::Keyboard
            | ExpansionKind::Initials
            | ExpansionKind::Split
            | ExpansionKind::Infix
            | ExpansionKind::Number
            | ExpansionKind::Words => {}
            ExpansionKind::Exact
            | ExpansionKind::Synonym
            | ExpansionKind::Form
            | ExpansionKind::Joined
            | ExpansionKind::Prefix
            | ExpansionKind::Related
            | ExpansionKind::Isbn
            | ExpansionKind::Volume => continue,
        }
        match lines.iter_mut().find(|(input, by, _)| *input == i.input && *by == i.by) {
            Some((_, _, readings)) => readings.push(&i.expansion),
            None => lines.push((&i.input, i.by, vec![&i.expansion])),
        }
    }
    lines
}

/// Collects the words looked up beside those typed, each once.
fn added(interpretation: &[Interpretation]) -> Vec<&str> {
    let mut words = Vec::new();
    for i in interpretation.iter().filter(|i| matches!(i.by, ExpansionKind::Synonym | ExpansionKind::Related))
    {
        if !words.contains(&i.expansion.as_str()) {
            words.push(&i.expansion);
        }
    }
    words
}

fn list(page: &Page<'_>, query: &Query, found: &SearchResult, generation: &Generation) -> Markup {
    let strings = page.strings;
    let answer = &found.answer;
    let first = (query.page - 1).saturating_mul(query.limit).saturating_add(1);
    html! {
        (readings(page, query, found))
        (facets::active(page, query))
        div.found {
            section.results aria-labelledby="count" {
                div.bar {
                    p.count #count { ((strings.total)(answer.total, answer.total_exact)) }
                    a.jump href="#narrow" { (strings.to_narrow) }
                    (sorts(page, query))
                }
                (picks(page, query))
                @if answer.hits.is_empty() {
                    p { (strings.page_empty) " " a href=(links::search(&Query { page: 1, ..query.clone() })) { (strings.first_page) } }
                }
                ol start=(first) data-query-id=(found.query_id) id="books" tabindex="-1" {
                    @for hit in &answer.hits {
                        (hit::hit(page, query, hit, &generation.manifest, &found.filters.libraries))
                    }
                }
                (none_of_these(page, query, found))
                (paging(page, query, answer.total))
                (sizes(page, query))
                @if let Some((library, class)) = fed(query) { p.more { (links::feed_link(page, library, class)) } }
            }
            (facets::facets(page, query, answer))
        }
    }
}

fn sorts(page: &Page<'_>, query: &Query) -> Markup {
    let strings = page.strings;
    html! {
        nav.sorts aria-label=(strings.sort) {
            ul {
                @for sort in Sort::ALL {
                    @let there = Query { sort, page: 1, ..query.clone() };
                    li { a href=(links::search(&there)) rel="nofollow" aria-current=[(sort == query.sort).then_some("true")] { ((strings.sorts)(sort)) } }
                }
            }
        }
    }
}

/// Makes a list of the books that are ticked, without script.
fn picks(page: &Page<'_>, query: &Query) -> Markup {
    html! {
        form.picks #picks method="get" action="/list" {
            @for library in &query.libraries { input type="hidden" name="library" value=(library); }
            @if let Some(hl) = query.hl { input type="hidden" name="hl" value=(hl.code()); }
            button type="submit" { (page.strings.picks) }
        }
    }
}

/// Finds the feed that fits a search by filters: of one library, or of a class, and of nothing else.
fn fed(query: &Query) -> Option<(Option<&str>, Option<&str>)> {
    let (library, class) = (query.libraries.first().map(String::as_str), query.class.as_deref());
    let other = Query { libraries: Vec::new(), class: None, ..query.clone() }.is_filtered();
    let alone = query.libraries.len() + usize::from(class.is_some()) == 1;
    (query.text.is_empty() && alone && !other).then_some((library, class))
}

fn sizes(page: &Page<'_>, query: &Query) -> Markup {
    html! {
        nav.sizes aria-label=(page.strings.page_size) {
            span aria-hidden="true" { (page.strings.page_size) }
            ul {
                @for limit in SIZES {
                    @let there = Query { limit, page: 1, ..query.clone() };
                    li { a href=(links::search(&there)) rel="nofollow" aria-current=[(limit == query.limit).then_some("true")] { (limit) } }
                }
            }
        }
    }
}

fn paging(page: &Page<'_>, query: &Query, total: u32) -> Markup {
    let strings = page.strings;
    let last = total.div_ceil(query.limit.max(1)).min(query.last_page()).max(1);
    let to = |number: u32| links::search(&Query { page: number, ..query.clone() });
    html! {
        @if last > 1 {
            nav.pages aria-label=(strings.pages) {
                @if query.page > 1 { a rel="prev" href=(to(query.page - 1)) { (strings.previous) } }
                ul {
                    @for number in around(query.page, last) {
                        li {
                            a href=(to(number)) aria-current=[(number == query.page).then_some("page")] { (number) }
                        }
                    }
                }
                @if query.page < last { a rel="next" href=(to(query.page + 1)) { (strings.next) } }
            }
        }
    }
}

/// Lists the first page, the last, and those around the current one.
fn around(current: u32, last: u32) -> Vec<u32> {
    let current = current.min(last);
    let (from, to) = (current.saturating_sub(2).max(1), current.saturating_add(2).min(last));
    let ends = |at: u32, missing: bool| missing.then_some(at);
    ends(1, from > 1).into_iter().chain(from..=to).chain(ends(last, to < last)).collect()
}

fn nothing(page: &Page<'_>, query: &Query, found: &SearchResult) -> Markup {
    let strings = page.strings;
    html! {
        (readings(page, query, found))
        @if query.is_filtered() {
            (facets::active(page, query))
            p { a.button href=(links::search(&query.unfiltered())) { (strings.nothing_without_filters) } }
        }
        ul.tips { @for tip in strings.nothing_tips { li { (tip) } } }
        (none_of_these(page, query, found))
    }
}

/// Offers to say that none of these is what was looked for, where the answer is poor. It is a choice like any other, sent
/// by script.
fn none_of_these(page: &Page<'_>, query: &Query, found: &SearchResult) -> Markup {
    let strings = page.strings;
    html! {
        @if is_poor(query, &found.answer) {
            div.none.scripted {
                button type="button" data-none data-query-id=(found.query_id) aria-describedby="none-why" { (strings.none_of_these) }
                p.n id="none-why" { (strings.none_why) " " a href={ (page.link("/about")) "#choices" } { (strings.privacy) } }
            }
        }
    }
}

/// Tells whether an answer to words is poor: few books in all, or none on this page that has every word as typed, as a
/// form or a synonym of it, or as a beginning.
fn is_poor(query: &Query, answer: &Answer) -> bool {
    let direct = answer.hits.iter().any(|hit| hit.tier <= Tier::Prefix);
    !query.text.is_empty() && (answer.total < FEW || !direct)
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_index::record::Record;
    use seoga_search::Hit;

    #[test]
    fn an_answer_is_poor_with_few_books_or_none_that_answers_directly() {
        let query = Query { text: "쿠버네티스".to_owned(), ..Query::default() };
        let hit = |tier| Hit {
            doc: 0,
            rank: 1,
            tier,
            score: 0,
            prior_boost: 0,
            record: Record::default(),
            highlights: Vec::new(),
        };
        let answer = |total, tiers: &[Tier]| Answer {
            total,
            hits: tiers.iter().map(|tier| hit(*tier)).collect(),
            ..Answer::default()
        };
        for (poor, answer) in [
            (true, answer(0, &[])),
            (true, answer(4, &[Tier::Exact])),
            (false, answer(5, &[Tier::Exact, Tier::Related])),
            (false, answer(900, &[Tier::Partial, Tier::Prefix])),
            (true, answer(900, &[Tier::Typo, Tier::Partial])),
            (true, answer(900, &[Tier::Related])),
        ] {
            assert_eq!(is_poor(&query, &answer), poor, "{answer:?}");
            assert!(!is_poor(&Query::default(), &answer), "without words nothing was looked for");
        }
    }

    #[test]
    fn stand_ins_are_told_in_one_line_and_synonyms_in_another() {
        let read = |input: &str, reading: &str, by| Interpretation {
            input: input.into(),
            expansion: reading.into(),
            by,
        };
        let told = [
            read("vkdlTjs", "파이썬", ExpansionKind::Keyboard),
            read("도커", "docker", ExpansionKind::Synonym),
            read("vkdlTjs", "python", ExpansionKind::Keyboard),
            read("입문서", "입문", ExpansionKind::Form),
        ];
        assert_eq!(replaced(&told), [("vkdlTjs", ExpansionKind::Keyboard, vec!["파이썬", "python"])]);
        assert_eq!(added(&told), ["docker"]);
    }

    #[test]
    fn paging_shows_both_ends_and_the_neighbours() {
        assert_eq!(around(1, 1), [1]);
        assert_eq!(around(1, 50), [1, 2, 3, 50]);
        assert_eq!(around(10, 50), [1, 8, 9, 10, 11, 12, 50]);
        assert_eq!(around(50, 50), [1, 48, 49, 50]);
        assert_eq!(around(70, 50), [1, 48, 49, 50], "a page beyond the last still shows the way back");
    }
}
