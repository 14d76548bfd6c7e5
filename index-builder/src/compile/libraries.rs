//! Details of the libraries, as pages show them.

use seoga_index::directory::PlacedFiles;
use seoga_index::libraries::{Detail, LibraryDetails};
use seoga_index::write::{self, Sink};

use crate::catalogue::{Catalogue, Library};

/// Writes what is told of each library of the catalogue, in their order.
pub(super) fn write(catalogue: &Catalogue, sink: &mut Sink<'_>) -> PlacedFiles {
    let details: Vec<LibraryDetails> = catalogue.libraries.iter().map(details).collect();
    write::libraries(&details, &catalogue.holidays, sink)
}

fn details(library: &Library) -> LibraryDetails {
    let micro = |degrees: f64| (degrees * 1e6).round() as i32;
    let place = library.latitude.zip(library.longitude).map(|(lat, lon)| (micro(lat), micro(lon)));
    let mut details = LibraryDetails::at(place);
    let own = [
        (Detail::Code, &library.code),
        (Detail::Address, &library.address),
        (Detail::Homepage, &library.homepage),
    ];
    for (detail, text) in own {
        details.set(detail, text.clone().unwrap_or_default());
    }
    library.told.iter().for_each(|(detail, text)| details.set(*detail, text.clone()));
    details
}
