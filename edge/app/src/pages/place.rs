//! A library as a place, wherever a page shows one: where it is, when it is open as printed, how it is reached.

use maud::{Markup, html};
use seoga_index::libraries::{Detail, LibraryDetails};
use seoga_index::manifest::Library;
use seoga_index::record::Record;
use seoga_search::ToldLibraries;
use seoga_search::book_view::isbn13;
use seoga_text::day::Day;

use super::layout::Page;
use super::links::is_web;
use crate::http::params::encode_into;
use crate::strings::Hl;

/// Writes a library's name for the readers of a page, with its other one behind: in full, or in Latin letters on English pages.
pub(crate) fn name(page: &Page<'_>, library: &Library, details: &LibraryDetails) -> Markup {
    let full = details.get(Detail::FullName);
    let shown = if full.is_empty() { library.name.as_str() } else { full };
    html! {
        (shown)
        @if page.hl == Hl::En && !library.romanised.is_empty() { " " span.latin { (library.romanised) } }
    }
}

/// Says when a library is open and closed.
fn hours(page: &Page<'_>, details: &LibraryDetails) -> Markup {
    let strings = page.strings;
    let (open, closed) = (details.get(Detail::Hours), details.get(Detail::Closed));
    html! {
        @if !open.is_empty() { dt { (strings.hours) } dd { (printed(details)) } }
        @if !closed.is_empty() { dt { (strings.closed) } dd { (closed) } }
    }
}

/// Writes opening hours as printed, with room for script to say whether it is open now where closed days are known too.
pub(crate) fn printed(details: &LibraryDetails) -> Markup {
    let (open, closed) = (details.get(Detail::Hours), details.get(Detail::Closed));
    html! {
        @if !open.is_empty() {
            span.hours data-hours=(open) data-closed=(closed) { span { (open) } @if !closed.is_empty() { strong.now {} } }
        }
    }
}

/// Lists what is known of a library: address with maps, telephone, hours.
pub(crate) fn facts(page: &Page<'_>, library: &Library, details: &LibraryDetails) -> Markup {
    let strings = page.strings;
    let (address, telephone) = (details.get(Detail::Address), details.get(Detail::Telephone));
    html! {
        @if !address.is_empty() || details.place.is_some() {
            dt { (strings.address) }
            dd { span { (address) } @if let Some(place) = details.place { " " (maps(page, &library.name, place)) } }
        }
        @if !telephone.is_empty() { dt { (strings.telephone) } dd { (call(telephone)) } }
        (hours(page, details))
    }
}

/// Writes a telephone number that a phone can call.
fn call(telephone: &str) -> Markup {
    let digits: String = telephone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
    html! { @if digits.is_empty() { (telephone) } @else { a.tel href={ "tel:" (digits) } { (telephone) } } }
}

/// Leads to a place on the maps of others, which learn of it only when the link is followed.
fn maps(page: &Page<'_>, name: &str, (latitude, longitude): (i32, i32)) -> Markup {
    let degrees = |millionths: i32| f64::from(millionths) / 1e6;
    let (lat, lon) = (degrees(latitude), degrees(longitude));
    let mut written = String::new();
    encode_into(&mut written, name);
    let links = [
        (page.strings.map_kakao, format!("https://map.kakao.com/link/map/{written},{lat},{lon}")),
        (
            page.strings.map_naver,
            format!("https://map.naver.com/p?c={lon},{lat},16,0,0,0,dh&title={written}"),
        ),
        ("OpenStreetMap", format!("https://www.openstreetmap.org/?mlat={lat}&mlon={lon}#map=17/{lat}/{lon}")),
    ];
    html! { span.maps { @for (label, address) in links { a href=(address) rel="external noopener noreferrer" aria-label={ (name) ": " (label) } { (label) } " " } } }
}

/// Leads to what a library offers on its own site.
pub(crate) fn ways(page: &Page<'_>, library: &Library, details: &LibraryDetails) -> Markup {
    let strings = page.strings;
    html! {
        @for (detail, label) in [
            (Detail::Homepage, strings.homepage),
            (Detail::Catalogue, strings.own_catalogue),
            (Detail::Reservation, strings.reservation),
            (Detail::InterlibraryLoan, strings.interlibrary_loan),
            (Detail::PurchaseRequest, strings.purchase_request),
        ] { (leads(&library.name, details.get(detail), label)) }
    }
}

/// Leads to a book on a library's own site and to what the library offers for it, and says whom to call.
pub(crate) fn for_book(
    page: &Page<'_>,
    library: &Library,
    details: &LibraryDetails,
    record: &Record,
) -> Markup {
    let strings = page.strings;
    let there = there(details.get(Detail::HoldingsLink), record);
    let telephone = details.get(Detail::Telephone);
    html! {
        @match there {
            Some(address) => (leads(&library.name, &address, strings.see_there)),
            None => (leads(&library.name, details.get(Detail::Catalogue), strings.own_catalogue)),
        }
        (leads(&library.name, details.get(Detail::Reservation), strings.reservation))
        (leads(&library.name, details.get(Detail::InterlibraryLoan), strings.interlibrary_loan))
        @if !telephone.is_empty() { (call(telephone)) }
    }
}

/// Links to an address of another site, where it is one.
fn leads(library: &str, address: &str, label: &str) -> Markup {
    html! { @if is_web(address) { a href=(address) rel="external noopener" aria-label={ (library) ": " (label) } { (label) } " " } }
}

/// Fills a book into a library's pattern; `None` where the pattern wants an ISBN and the book has none.
fn there(pattern: &str, record: &Record) -> Option<String> {
    if !pattern.starts_with("https://") {
        return None;
    }
    match isbn13(record.id) {
        Some(isbn) => Some(pattern.replace("{isbn}", &isbn).replace("{id}", &isbn)),
        None if pattern.contains("{isbn}") => None,
        None => Some(pattern.replace("{id}", &record.id.to_string())),
    }
}

/// Writes the public holidays of the year of a day and of the day after, for script: `YYYY-MM-DD name`, parted by `|`.
pub(crate) fn holidays(told: &ToldLibraries, today: Day) -> Option<String> {
    let year = |day: Day| day.to_string().get(..4).unwrap_or_default().to_owned();
    let years = [year(today), year(Day(today.0.saturating_add(1)))];
    let mut out = String::new();
    for holiday in &told.holidays {
        let day = Day(holiday.day);
        if years.contains(&year(day)) {
            out.push_str(if out.is_empty() { "" } else { "|" });
            out.push_str(&format!("{day} {}", holiday.name.replace('|', " ")));
        }
    }
    Some(out).filter(|out| !out.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::record;
    use seoga_index::book_id::BookId;

    #[test]
    fn a_pattern_is_filled_with_what_the_book_has() {
        let (book, made) = (record(), Record { id: BookId::made(5), ..record() });
        assert_eq!(
            there("https://l.example/{isbn}", &book).as_deref(),
            Some("https://l.example/9791158083397")
        );
        assert_eq!(there("https://l.example/{isbn}", &made), None);
        assert_eq!(there("https://l.example/{id}", &made), Some(format!("https://l.example/{}", made.id)));
        assert_eq!(there("http://l.example/{isbn}", &book), None);
    }

    #[test]
    fn holidays_of_this_year_and_of_tomorrow_are_told() {
        let holiday = |iso: &str, name: &str| seoga_index::libraries::Holiday {
            day: Day::parse(iso).unwrap().0,
            name: name.to_owned(),
        };
        let told = ToldLibraries {
            libraries: Vec::new(),
            holidays: vec![holiday("2026-12-25", "성탄절"), holiday("2027-01-01", "신|정")],
        };
        let on = |iso: &str| holidays(&told, Day::parse(iso).unwrap());
        assert_eq!(on("2026-12-30").as_deref(), Some("2026-12-25 성탄절"));
        assert_eq!(on("2026-12-31").as_deref(), Some("2026-12-25 성탄절|2027-01-01 신 정"));
        assert_eq!(on("2028-01-01"), None);
    }
}
