//! The libraries of a generation, with what is told of each.

use seoga_index::libraries::{Detail, LibraryDetails};
use seoga_index::manifest::Manifest;
use seoga_search::ToldLibraries;
use seoga_text::day::Day;
use serde::Serialize;

/// The answer of `/api/libraries`.
#[derive(Serialize)]
pub(crate) struct LibrariesAnswer<'a> {
    libraries: Vec<LibraryJson<'a>>,
    holidays: Vec<HolidayJson<'a>>,
    generation: &'a str,
}

#[derive(Serialize)]
struct LibraryJson<'a> {
    name: &'a str,
    full_name: Option<&'a str>,
    romanised: Option<&'a str>,
    code: Option<&'a str>,
    region: Option<&'a str>,
    address: Option<&'a str>,
    latitude: Option<f64>,
    longitude: Option<f64>,
    telephone: Option<&'a str>,
    hours: Option<&'a str>,
    closed: Option<&'a str>,
    homepage: Option<&'a str>,
    catalogue: Option<&'a str>,
    holdings_link: Option<&'a str>,
    reservation: Option<&'a str>,
    interlibrary_loan: Option<&'a str>,
    purchase_request: Option<&'a str>,
    books: u32,
}

#[derive(Serialize)]
struct HolidayJson<'a> {
    date: String,
    name: &'a str,
}

impl<'a> LibrariesAnswer<'a> {
    pub(crate) fn new(manifest: &'a Manifest, told: &'a ToldLibraries, generation: &'a str) -> Self {
        let libraries = told.libraries.iter().filter_map(|(number, details)| {
            Some(LibraryJson::new(manifest.libraries.get(usize::from(*number))?, details))
        });
        let holiday = |holiday: &'a seoga_index::libraries::Holiday| HolidayJson {
            date: Day(holiday.day).to_string(),
            name: &holiday.name,
        };
        Self {
            libraries: libraries.collect(),
            holidays: told.holidays.iter().map(holiday).collect(),
            generation,
        }
    }
}

impl<'a> LibraryJson<'a> {
    fn new(library: &'a seoga_index::manifest::Library, details: &'a LibraryDetails) -> Self {
        let degrees = |millionths: i32| f64::from(millionths) / 1e6;
        let text = |detail| Some(details.get(detail)).filter(|text| !text.is_empty());
        Self {
            name: &library.name,
            full_name: text(Detail::FullName),
            romanised: Some(library.romanised.as_str()).filter(|name| !name.is_empty()),
            code: text(Detail::Code),
            region: text(Detail::Region),
            address: text(Detail::Address),
            latitude: details.place.map(|(latitude, _)| degrees(latitude)),
            longitude: details.place.map(|(_, longitude)| degrees(longitude)),
            telephone: text(Detail::Telephone),
            hours: text(Detail::Hours),
            closed: text(Detail::Closed),
            homepage: text(Detail::Homepage),
            catalogue: text(Detail::Catalogue),
            holdings_link: text(Detail::HoldingsLink),
            reservation: text(Detail::Reservation),
            interlibrary_loan: text(Detail::InterlibraryLoan),
            purchase_request: text(Detail::PurchaseRequest),
            books: library.books,
        }
    }
}
