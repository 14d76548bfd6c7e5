//! `/search`: ranked results, facets, paging, and help when there are none.

mod facets;
mod filters;
mod hit;
mod instead;
mod whole;
mod years;

use maud::{Markup, html};
use seoga_index::manifest::Manifest;
use seoga_search::{Answer, ExpansionKind, Group, Hit, Interpretation, Sort, Tier};
use seoga_text::isbn;

use self::instead::Instead;
use super::elsewhere;
use super::layout::{Frame, Page};
use super::links;
use crate::context::{Answered, Context};
use crate::generation::Generation;
use crate::http::params::Params;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::query::{Asker, Query};
use crate::questions::{self, SearchResult};

/// Results a page that are offered.
const SIZES: [u32; 3] = [10, 20, 50];
/// Books below which an answer counts as poor.
const FEW: u32 = 5;

/// `GET /search`
pub(crate) async fn results(context: &Context) -> Result<Response, Problem> {
    let params = Params::parse(&context.request.query)?;
    let query = Query::parse(&params, Asker::Page)?.with_years_of_form(&params)?;
    let page = Page::new(context, &params)?;
    let whole = whole::Asked::parse(&params)?;
    if (query.text.is_empty() || seoga_search::names_a_field_alone(&query.text)) && !query.is_filtered() {
        return no_words(context, &page, &query).await;
    }
    if let Some(facet) = whole.facet {
        return whole::whole(context, &page, &query, (facet, &whole.find)).await;
    }
    let answered = questions::search(context, &query, None).await?;
    let (found, generation) = (&answered.value, &answered.generation);
    if let Some(response) = only_book(&page, &query, &answered) {
        return Ok(response);
    }
    let beside = Instead::ask(context, &page, &query, (generation, &found.answer)).await;
    let heading = match (query.text.is_empty(), found.answer.total) {
        (true, _) => page.strings.browse_title.to_owned(),
        (false, 0) if instead::unfiltered(&beside).is_some() => {
            (page.strings.nothing_filtered)(query.shown())
        }
        (false, 0) => (page.strings.nothing_title)(query.shown()),
        (false, _) => (page.strings.results_title)(query.shown()),
    };
    let main = html! {
        @if found.answer.total == 0 {
            h1 { (heading) }
            (unsifted(&page, &query, &generation.manifest))
            (nothing(&page, &query, found, &beside))
        } @else {
            // On a phone the box says it.
            h1.asked { (heading) }
            a.skip href="#books" { (page.strings.skip_to_books) }
            (list(&page, &query, (found, &beside), generation))
        }
    };
    let count = (page.strings.total)(found.answer.total, found.answer.total_exact, query.grouping());
    let frame = Frame {
        title: if found.answer.total == 0 { heading } else { format!("{heading} – {count}") },
        query_string: Query { hl: None, mine: Vec::new(), ..query.clone() }.to_query_string(),
        generation: Some(generation),
        search: Some(&query),
        ..Frame::default()
    };
    Ok(page.shown(&answered, &frame, &main))
}

/// Sends a whole ISBN that one book has to that book's page.
fn only_book(page: &Page<'_>, query: &Query, answered: &Answered<SearchResult>) -> Option<Response> {
    let answer = &answered.value.answer;
    let [hit] = answer.hits.as_slice() else { return None };
    // A catalogue's numbers with wrong check digits count, too.
    let is_whole = isbn::parse(&query.text).is_some() || isbn::digits(&query.text).is_some();
    (is_whole && !query.is_filtered() && answer.total == 1).then(|| {
        let mut response = Response::moved(302, &links::book(page, &hit.record));
        answered.set_freshness(&mut response, None);
        response
    })
}

async fn no_words(context: &Context, page: &Page<'_>, query: &Query) -> Result<Response, Problem> {
    let answered = context.newest(None).await?;
    let main = html! {
        h1 { (page.strings.no_words) }
        p { a href=(page.link("/")) { (page.strings.back_home) } }
    };
    let frame = Frame {
        title: page.strings.no_words.to_owned(),
        generation: Some(&answered.generation),
        search: Some(query),
        ..Frame::default()
    };
    Ok(page.shown(&answered, &frame, &main))
}

/// Says how the words were read, other than as typed. What was done is said and not asked.
fn readings(page: &Page<'_>, answer: &Answer) -> Markup {
    let strings = page.strings;
    let replaced = replaced(&answer.interpretation);
    let added = added(&answer.interpretation);
    html! {
        @if !(replaced.is_empty() && added.is_empty()) {
            p.reading {
                @for (input, by, readings) in &replaced { ((strings.read_as)(input, &readings.join(", "), (strings.reading)(*by))) " " }
                @if !added.is_empty() { (strings.also) ": " (added.join(", ")) }
            }
        }
    }
}

/// Offers words related to those of the query.
fn related(page: &Page<'_>, query: &Query, answer: &Answer) -> Markup {
    html! {
        @if !answer.related.is_empty() {
            nav.related aria-labelledby="related" {
                h2 #related { (page.strings.related) }
                ul { @for word in &answer.related { li { a href=(links::search(&query.with_words(word))) rel="nofollow" { (word) } } } }
            }
        }
    }
}

/// Collects what stood in for what was typed, so that the visitor must be told: a line for each part and reading.
fn replaced(interpretation: &[Interpretation]) -> Vec<(&str, ExpansionKind, Vec<&str>)> {
    let mut lines: Vec<(&str, ExpansionKind, Vec<&str>)> = Vec::new();
    for i in interpretation.iter().filter(|i| hit::stands_in(i.by)) {
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

fn list(
    page: &Page<'_>,
    query: &Query,
    (found, beside): (&SearchResult, &[Instead]),
    generation: &Generation,
) -> Markup {
    let strings = page.strings;
    let answer = &found.answer;
    let first = (query.page - 1).saturating_mul(query.limit).saturating_add(1);
    // Where all are of one main class a spine tells nothing.
    let spines = answer.hits.windows(2).any(|pair| matches!(pair, [a, b] if main_class(a) != main_class(b)));
    html! {
        (filters::active(page, query, instead::unfiltered(beside)))
        (unsifted(page, query, &generation.manifest))
        (readings(page, answer))
        div.found {
            section.results aria-labelledby="count" {
                div.bar {
                    p.count #count { ((strings.total)(answer.total, answer.total_exact, query.grouping())) }
                    (sorts(page, query, answer))
                    a.jump href="#narrow" data-sheet { (strings.to_narrow) }
                }
                (picks(page, query))
                @if answer.hits.is_empty() {
                    p { (strings.page_empty) " " a href=(links::search(&Query { page: 1, ..query.clone() })) { (strings.first_page) } }
                }
                ol start=(first) data-query-id=[&found.query_id] id="books" tabindex="-1" {
                    @for hit in &answer.hits {
                        (hit::hit(page, query, hit, &generation.manifest, &found.filters.libraries, spines))
                    }
                }
                (none_of_these(page, query, found))
                (paging(page, query, answer.total))
                (sizes(page, query))
                p.more {
                    a href=(links::search(&regrouped(query))) rel="nofollow" { ((strings.regroup)(query.grouping())) }
                    a.feed href=(links::feed_of(query)) type=(links::FEED) rel="nofollow" { (strings.feed) }
                }
                (related(page, query, answer))
                p.note.scripted { (strings.picks_note) " " a href={ (page.link("/about")) "#choices" } { (strings.choices_title) } }
            }
            (facets::facets(page, query, answer, beside))
        }
    }
}

/// Says that books on the shelf were asked for and nothing is known of loans now.
fn unsifted(page: &Page<'_>, query: &Query, manifest: &Manifest) -> Markup {
    html! { @if query.available && manifest.availability.is_none() { p.note { (page.strings.loans_unknown) } } }
}

/// Gives the main class of a hit: the first digit of its number.
fn main_class(hit: &Hit) -> Option<char> {
    hit.record.class_no.as_deref()?.chars().next()
}

/// Offers the orders that the books have the data for, and the one in force.
fn sorts(page: &Page<'_>, query: &Query, answer: &Answer) -> Markup {
    let strings = page.strings;
    let has_years = answer.facets.iter().any(|facet| facet.name == "year" && !facet.counts.is_empty());
    let has_loans = answer.hits.iter().any(|hit| hit.record.loans.is_some());
    let is_offered = |sort: Sort| match sort {
        // Without words nothing is more relevant than another.
        Sort::Relevance => !query.text.is_empty() || query.sort == sort,
        Sort::Year => has_years || query.sort == sort,
        Sort::Loans => has_loans || query.sort == sort,
        Sort::Newest | Sort::Title | Sort::Holdings | Sort::Cooccurrence | Sort::Series => true,
    };
    html! {
        details.sorts {
            summary { span.unseen { (strings.sort) ": " } ((strings.sorts)(query.sort)) }
            nav aria-label=(strings.sort) {
                ul {
                    @for sort in Sort::ALL.into_iter().filter(|sort| is_offered(*sort)) {
                        @let there = Query { sort, page: 1, ..query.clone() };
                        li { a href=(links::search(&there)) rel="nofollow" aria-current=[(sort == query.sort).then_some("true")] { ((strings.sorts)(sort)) } }
                    }
                }
            }
        }
    }
}

/// Leads to the list of the books that are ticked; without script it is made of those of this page.
fn picks(page: &Page<'_>, query: &Query) -> Markup {
    html! {
        form.picks #picks method="get" action="/list" {
            @for library in &query.libraries { input type="hidden" name="library" value=(library); }
            @if let Some(hl) = query.hl { input type="hidden" name="hl" value=(hl.code()); }
            button type="submit" { (page.strings.picks) }
        }
    }
}

/// Makes this search with every edition listed, or, where it is such, with one of each work.
fn regrouped(query: &Query) -> Query {
    let other = if query.group.is_some() { None } else { Some(Group::None) };
    Query { group: other, page: 1, ..query.clone() }
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

fn nothing(page: &Page<'_>, query: &Query, found: &SearchResult, beside: &[Instead]) -> Markup {
    let strings = page.strings;
    html! {
        (readings(page, &found.answer))
        @if query.is_filtered() {
            (filters::active(page, query, instead::unfiltered(beside)))
            @if instead::unfiltered(beside).is_none() {
                p { a.button href=(links::search(&query.unfiltered())) { (strings.nothing_without_filters) } }
            }
        }
        (instead::instead(page, beside))
        ul.tips { @for tip in strings.nothing_tips { li { (tip) } } }
        (elsewhere::of_words(page, query.shown()))
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
                button type="button" data-none data-query-id=[&found.query_id] aria-describedby="none-why" { (strings.none_of_these) }
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
