//! A facet with every value that it has, on a page of its own, and a box to find some in.

use maud::html;
use seoga_search::FacetCount;
use seoga_text::fold::letters;

use super::facets::{MANY, in_order, is_in_force, label, value};
use super::filters;
use super::instead::without_own;
use crate::context::Context;
use crate::http::params::Params;
use crate::http::problem::{Problem, Takes};
use crate::http::response::Response;
use crate::limits;
use crate::pages::form::hidden;
use crate::pages::layout::{Frame, Page};
use crate::pages::links;
use crate::query::{self, Query};
use crate::questions;

/// Values on a page; others are found by their words.
const LISTED: usize = 600;

/// Asks for a facet in full.
pub(super) struct Asked {
    pub(super) facet: Option<&'static str>,
    /// Words in its values.
    pub(super) find: String,
}

impl Asked {
    /// Reads the parameters.
    pub(super) fn parse(params: &Params<'_>) -> Result<Self, Problem> {
        let find = query::names("find", params.one("find")?)?;
        let Some(name) = params.one("facet")? else { return Ok(Self { facet: None, find }) };
        let facet = MANY.iter().copied().find(|facet| *facet == name);
        match facet {
            Some(_) => Ok(Self { facet, find }),
            None => Err(Problem::parameter("facet", name, Takes::OneOf(MANY))),
        }
    }
}

/// `GET /search` with `facet`: the values of a facet as they are without its own filter, those in force marked.
pub(super) async fn whole(
    context: &Context,
    page: &Page<'_>,
    query: &Query,
    (facet, find): (&'static str, &str),
) -> Result<Response, Problem> {
    let strings = page.strings;
    let without = without_own(query, facet);
    let answered = questions::every_value(context, &without).await?;
    let answer = &answered.value;
    let counted = answer.facets.iter().find(|one| one.name == facet);
    let words: Vec<String> = find.split_whitespace().map(letters).collect();
    let has_words = |count: &FacetCount| {
        let name = letters(&label(page, facet, &count.value));
        words.iter().all(|word| name.contains(word.as_str()))
    };
    let found: Vec<(usize, &FacetCount)> =
        counted.map(in_order).unwrap_or_default().into_iter().filter(|(_, count)| has_words(count)).collect();
    let all = found.len();
    let shown: Vec<(usize, &FacetCount)> = (0..)
        .zip(found)
        .filter(|(place, (_, count))| *place < LISTED || is_in_force(query, facet, &count.value))
        .map(|(_, one)| one)
        .collect();
    let name = (strings.facet)(facet);
    let heading = match query.text.is_empty() {
        true => format!("{name} · {}", strings.browse_title),
        false => format!("{name} · {}", (strings.results_title)(query.shown())),
    };
    let main = html! {
        h1 { (heading) }
        p.up { a href=(links::search(query)) { (strings.back_to_results) } }
        (filters::active(page, query, None))
        form.find method="get" action="/search" {
            (hidden(query))
            input type="hidden" name="facet" value=(facet);
            label { (strings.whole_find) " " input type="search" name="find" value=(find) maxlength=(limits::MAX_PLACE_CHARS) autocomplete="off" data-find; }
            button type="submit" { (strings.whole_find_do) }
        }
        @if answer.facets_over < answer.total { p.note { ((strings.facets_over)(answer.facets_over)) } }
        p.note role="status" {
            @if all == 0 { (strings.whole_nothing) } @else if shown.len() < all { ((strings.whole_some)(shown.len(), all)) }
        }
        section.facets.whole aria-label=(name) {
            ul { @for (depth, count) in shown { (value(page, query, facet, depth, count)) } }
        }
    };
    let own = Query { hl: None, mine: Vec::new(), ..query.clone() };
    let frame = Frame {
        title: heading,
        query_string: links::whole(&own, facet, find).trim_start_matches("/search?").to_owned(),
        generation: Some(&answered.generation),
        search: Some(query),
        ..Frame::default()
    };
    Ok(page.shown(&answered, &frame, &main))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_facet_in_full_has_an_address_that_reads_back() {
        let query = Query { text: "파이썬".to_owned(), page: 3, ..Query::default() };
        let address = links::whole(&query, "publisher", "책 & 서가");
        assert_eq!(address, "/search?q=파이썬&facet=publisher&find=책+%26+서가");
        let params = Params::parse(address.trim_start_matches("/search?")).unwrap();
        let asked = Asked::parse(&params).unwrap();
        assert_eq!((asked.facet, asked.find.as_str()), (Some("publisher"), "책 & 서가"));
    }

    #[test]
    fn only_facets_of_many_values_are_shown_in_full() {
        let asked = |raw: &str| Asked::parse(&Params::parse(raw).unwrap()).map(|asked| asked.facet);
        assert_eq!(asked("q=a"), Ok(None));
        assert_eq!(asked("q=a&facet=class"), Ok(Some("class")));
        for raw in ["facet=year", "facet=lang", "facet=x"] {
            assert_eq!(asked(raw).unwrap_err().parameter, Some("facet"), "{raw}");
        }
    }
}
