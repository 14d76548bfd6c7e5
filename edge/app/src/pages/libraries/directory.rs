//! The list of libraries: to find one in, by words, region or nearness, and to choose the visitor's own from.
//!
//! A page lists [`LISTED`] of them at most, whatever their number.

use maud::{Markup, html};
use seoga_index::libraries::{Detail, LibraryDetails};
use seoga_index::manifest::{Library, Manifest};
use seoga_search::ToldLibraries;
use seoga_text::day::Day;
use seoga_text::fold::letters;
use seoga_text::sorting;

use super::near::{self, Point};
use crate::http::params::{Params, encode_into};
use crate::http::problem::Problem;
use crate::limits;
use crate::pages::layout::Page;
use crate::pages::{links, place};
use crate::query::{self, Query};

/// Libraries on a page.
const LISTED: usize = 60;

/// Asks the list for some libraries in an order.
#[derive(Debug, Default, Clone)]
pub(super) struct Asked {
    /// Words in names and addresses.
    find: String,
    region: String,
    near: String,
    /// From 1.
    page: usize,
}

impl Asked {
    /// Reads the parameters.
    pub(super) fn parse(params: &Params<'_>) -> Result<Self, Problem> {
        let page = query::number(params, "page", 1, limits::MAX_REACH)?.unwrap_or(1);
        Ok(Self {
            find: query::names("find", params.one("find")?)?,
            region: query::names("region", params.one("region")?)?,
            near: query::names("near", params.one("near")?)?,
            page: page as usize,
        })
    }

    /// Writes the query string without the page, which carries nothing of the visitor's own.
    pub(super) fn query_string(&self) -> String {
        let mut out = String::new();
        for (name, value) in [("find", &self.find), ("region", &self.region), ("near", &self.near)] {
            if !value.is_empty() {
                out.push_str(if out.is_empty() { "" } else { "&" });
                out.push_str(name);
                out.push('=');
                encode_into(&mut out, value);
            }
        }
        out
    }
}

/// A library in the list.
struct Row<'a> {
    number: u16,
    library: &'a Library,
    details: &'a LibraryDetails,
    metres: Option<u32>,
}

/// Draws the list, with the form that chooses from it.
pub(super) fn directory(
    page: &Page<'_>,
    (query, asked): (&Query, &Asked),
    manifest: &Manifest,
    (told, today): (&ToldLibraries, Day),
) -> Markup {
    let strings = page.strings;
    let from = near::locate(&asked.near, manifest, told);
    let own = page.own(manifest);
    let rows = rows(asked, manifest, told, from);
    // Those chosen stand above, whatever is asked for.
    let (mine, others): (Vec<&Row<'_>>, Vec<&Row<'_>>) = {
        let mine = own.iter().filter_map(|number| rows.0.iter().find(|row| row.number == *number)).collect();
        (mine, rows.1.iter().filter(|row| !own.contains(&row.number)).collect())
    };
    let pages = others.len().div_ceil(LISTED).max(1);
    let at = asked.page.min(pages);
    let shown: Vec<&Row<'_>> =
        mine.iter().copied().chain(others.iter().copied().skip((at - 1) * LISTED).take(LISTED)).collect();
    // Nothing is near where no library says where it is.
    let has_places = told.libraries.iter().any(|(_, details)| details.place.is_some());
    html! {
        h1 { (strings.libraries_title) }
        p { ((strings.libraries_intro)(manifest.libraries.len())) }
        (chosen(page, query, &mine))
        form.mine #mine method="get" action="/libraries" {
            @if !query.text.is_empty() { input type="hidden" name="q" value=(query.shown()); }
            @if let Some(hl) = page.explicit { input type="hidden" name="hl" value=(hl.code()); }
            p { (strings.mine_legend) ". " small { (strings.mine_kept) } }
            div.find {
                label { (strings.find_library) " " input type="search" name="find" value=(asked.find) maxlength=(limits::MAX_PLACE_CHARS); }
                (regions(page, asked, told))
                @if has_places {
                    label { (strings.near) " " input type="text" name="near" value=(asked.near) maxlength=(limits::MAX_PLACE_CHARS) placeholder=(strings.near_hint); }
                }
                button type="submit" { (strings.find_library_do) }
                @if has_places { button.scripted type="button" data-near { (strings.near_device) } }
            }
        }
        @if !asked.near.is_empty() && from.is_none() { p.detail role="status" { ((strings.near_unknown)(&asked.near)) } }
        @if others.is_empty() && !asked.query_string().is_empty() { p.detail role="status" { (strings.find_nothing) } }
        (dots(page, &shown, &own))
        ul.libraries data-holidays=[place::holidays(told, today)] {
            @for row in &shown { (entry(page, row, own.contains(&row.number))) }
        }
        (turns(page, query, asked, (at, pages)))
        p.bar { button type="submit" form="mine" { (strings.mine_set) } }
    }
}

/// Lists all libraries, and those asked for in their order.
fn rows<'a>(
    asked: &Asked,
    manifest: &'a Manifest,
    told: &'a ToldLibraries,
    from: Option<Point>,
) -> (Vec<Row<'a>>, Vec<Row<'a>>) {
    let row = |(number, details): &'a (u16, LibraryDetails)| {
        let library = manifest.libraries.get(usize::from(*number))?;
        let metres = from.zip(near::point(details)).map(|(from, to)| near::metres(from, to));
        Some(Row { number: *number, library, details, metres })
    };
    let words: Vec<String> = asked.find.split_whitespace().map(letters).collect();
    let wanted = |row: &Row<'_>| {
        let details = [Detail::FullName, Detail::Address, Detail::Region, Detail::Code];
        let mut all = format!("{} {}", letters(&row.library.name), letters(&row.library.romanised));
        details.iter().for_each(|detail| all.push_str(&letters(row.details.get(*detail))));
        words.iter().all(|word| all.contains(word.as_str()))
            && (asked.region.is_empty() || near::region(row.details) == asked.region)
    };
    let mut found: Vec<Row<'a>> = told.libraries.iter().filter_map(row).filter(wanted).collect();
    if from.is_some() {
        let place = |row: &Row<'_>| (row.metres.unwrap_or(u32::MAX), row.number);
        sorting::sort_by(&mut found, |a, b| place(a).cmp(&place(b)));
    }
    (told.libraries.iter().filter_map(row).collect(), found)
}

/// Offers the regions of the libraries, where there are several.
fn regions(page: &Page<'_>, asked: &Asked, told: &ToldLibraries) -> Markup {
    let mut regions: Vec<String> = Vec::new();
    for (_, details) in &told.libraries {
        let region = near::region(details);
        if let Err(at) = regions.binary_search(&region) {
            regions.insert(at, region);
        }
    }
    regions.retain(|region| !region.is_empty());
    html! {
        @if regions.len() > 1 {
            label { (page.strings.region) " " select name="region" {
                option value="" { (page.strings.all_regions) }
                @for region in &regions { option value=(region) selected[*region == asked.region] { (region) } }
            } }
        }
    }
}

/// Names the visitor's own libraries, and leads to a page without them.
fn chosen(page: &Page<'_>, query: &Query, mine: &[&Row<'_>]) -> Markup {
    let names: Vec<&str> = mine.iter().map(|row| row.library.name.as_str()).collect();
    let none = page.clone().with_mine(Vec::new());
    html! {
        @if !names.is_empty() {
            p.chosen { ((page.strings.mine_chosen)(&names.join(", "))) " " a href=(links::choose(&none, query)) data-forget rel="nofollow" { (page.strings.mine_clear) } }
        }
    }
}

fn entry(page: &Page<'_>, row: &Row<'_>, own: bool) -> Markup {
    let strings = page.strings;
    let Row { library, details, metres, .. } = row;
    let at = near::point(details).map(|(latitude, longitude)| format!("{latitude},{longitude}"));
    html! {
        li data-place=[at] {
            h2 { a href=(links::library(page, &library.name)) { (place::name(page, library, details)) } }
            label.choose { input type="checkbox" form="mine" name="mine" value=(library.name) checked[own] aria-label={ (strings.list_own) ": " (library.name) }; " " (strings.list_own) }
            p.n { @if let Some(metres) = metres { span.far { ((strings.distance)(*metres)) } " · " } ((strings.books)(library.books)) }
            dl.facts { (place::facts(page, library, details)) }
            p.ways {
                a href=(links::search_in(page, &library.name)) aria-label={ (library.name) ": " (strings.search_here) } { (strings.search_here) } " "
                (place::ways(page, library, details))
            }
        }
    }
}

/// Leads to the pages of the list.
fn turns(page: &Page<'_>, query: &Query, asked: &Asked, (at, pages): (usize, usize)) -> Markup {
    let to = |number: usize| {
        let mut path = format!("/libraries?page={number}");
        let asked = asked.query_string();
        if !asked.is_empty() {
            path.push('&');
            path.push_str(&asked);
        }
        if !query.text.is_empty() {
            path.push_str("&q=");
            encode_into(&mut path, query.shown());
        }
        page.link(&path)
    };
    html! {
        @if pages > 1 {
            nav.pages aria-label=(page.strings.pages) { ul {
                @if at > 1 { li { a href=(to(at - 1)) rel="prev" { (page.strings.previous) } } }
                li { span aria-current="page" { (at) " / " (pages) } }
                @if at < pages { li { a href=(to(at + 1)) rel="next" { (page.strings.next) } } }
            } }
        }
    }
}

/// Draws the libraries shown as dots where they lie, north above; the visitor's own are ringed.
fn dots(page: &Page<'_>, shown: &[&Row<'_>], own: &[u16]) -> Markup {
    const SIDE: f64 = 300.0;
    let points: Vec<(&Row<'_>, Point)> =
        shown.iter().filter_map(|row| Some((*row, near::point(row.details)?))).collect();
    let edge = |of: fn(&Point) -> f64, better: fn(f64, f64) -> f64| {
        points.iter().map(|(_, point)| of(point)).reduce(better).unwrap_or_default()
    };
    let (south, north) = (edge(|point| point.0, f64::min), edge(|point| point.0, f64::max));
    let (west, east) = (edge(|point| point.1, f64::min), edge(|point| point.1, f64::max));
    // A degree to the east is four fifths of one to the north, about, where Korea lies.
    let span = (north - south).max((east - west) * 0.8).max(0.001);
    let tenth = |number: f64| (number * 10.0).round() / 10.0;
    let place = |(latitude, longitude): &Point| {
        (tenth(10.0 + (longitude - west) * 0.8 / span * SIDE), tenth(10.0 + (north - latitude) / span * SIDE))
    };
    html! {
        @if points.len() > 1 {
            svg.dots viewBox="0 0 320 320" width="320" height="320" role="img" aria-label=((page.strings.dots)(points.len())) {
                @for (row, point) in &points {
                    @let (x, y) = place(point);
                    circle class=[own.contains(&row.number).then_some("own")] cx=(x) cy=(y) r="5" {}
                }
            }
        }
    }
}
