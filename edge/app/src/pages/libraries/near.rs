//! Where a typed place is, and how far libraries are from it. It knows the places that the catalogue names, no others.

use seoga_index::libraries::{Detail, LibraryDetails};
use seoga_index::manifest::Manifest;
use seoga_search::ToldLibraries;
use seoga_text::fold::letters;

/// A point in degrees, north and east.
pub(super) type Point = (f64, f64);

/// Gives the point of a library.
pub(super) fn point(details: &LibraryDetails) -> Option<Point> {
    details.place.map(|(latitude, longitude)| (f64::from(latitude) / 1e6, f64::from(longitude) / 1e6))
}

/// Names the region of a library: the one it states, else the first two words of its address.
pub(super) fn region(details: &LibraryDetails) -> String {
    match details.get(Detail::Region) {
        "" => details.get(Detail::Address).split_whitespace().take(2).collect::<Vec<_>>().join(" "),
        region => region.to_owned(),
    }
}

/// Finds a place by the name of a library, or of a district in regions and addresses: the middle of the libraries in it.
pub(super) fn locate(text: &str, manifest: &Manifest, told: &ToldLibraries) -> Option<Point> {
    let wanted = letters(text);
    let is = |name: &str| !wanted.is_empty() && letters(name) == wanted;
    for (number, details) in &told.libraries {
        let library = manifest.libraries.get(usize::from(*number));
        let named = library.is_some_and(|library| is(&library.name) || is(&library.romanised));
        let named = named || is(details.get(Detail::FullName));
        if let Some(point) = point(details).filter(|_| named) {
            return Some(point);
        }
    }
    let is_district = |word: &str| {
        let word = letters(word);
        let shorter = word.strip_suffix(['구', '시', '군', '동', '도']).unwrap_or(&word);
        !wanted.is_empty() && (word == wanted || shorter == wanted)
    };
    let (mut sum, mut count) = ((0.0, 0.0), 0.0);
    for (_, details) in &told.libraries {
        let words = details.get(Detail::Address).split_whitespace().take(4);
        let within = is(&region(details)) || words.chain(region(details).split_whitespace()).any(is_district);
        if let Some((latitude, longitude)) = point(details).filter(|_| within) {
            sum = (sum.0 + latitude, sum.1 + longitude);
            count += 1.0;
        }
    }
    (count > 0.0).then_some((sum.0 / count, sum.1 / count))
}

/// Measures the metres between two points, to about a hundredth for neighbours: the earth as a plane where they are.
pub(super) fn metres(from: Point, to: Point) -> u32 {
    const METRES_A_DEGREE: f64 = 111_195.0;
    let middle = ((from.0 + to.0) / 2.0).to_radians();
    let square = middle * middle;
    // The cosine's series: right to a thousandth up to 60 degrees.
    let cosine = 1.0 - square / 2.0 + square * square / 24.0 - square * square * square / 720.0;
    let (north, east) = (to.0 - from.0, (to.1 - from.1) * cosine);
    ((north * north + east * east).sqrt() * METRES_A_DEGREE) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_index::manifest::Library;

    #[test]
    fn distances_are_those_on_the_ground() {
        // Great circles by the haversine formula: Gangnam station to Jongno 3-ga, Seoul to Busan.
        assert!(metres((37.4979, 127.0276), (37.5704, 126.9921)).abs_diff(8_646) < 90);
        assert!(metres((37.5665, 126.978), (35.1796, 129.0756)).abs_diff(325_000) < 3_500);
        assert_eq!(metres((37.5, 127.0), (37.5, 127.0)), 0);
    }

    #[test]
    fn a_place_is_a_library_or_a_district_of_the_catalogue() {
        let library = |name: &str| Library { name: name.to_owned(), ..Library::default() };
        let manifest =
            Manifest { libraries: vec![library("강남"), library("송파")], ..Manifest::default() };
        let details = |address: &str, place| {
            let mut details = LibraryDetails::at(Some(place));
            details.set(Detail::Address, address.to_owned());
            details
        };
        let told = ToldLibraries {
            libraries: vec![
                (0, details("서울특별시 강남구 1", (37_500_000, 127_000_000))),
                (1, details("서울특별시 송파구 2", (37_520_000, 127_100_000))),
            ],
            holidays: Vec::new(),
        };
        let at = |text: &str| locate(text, &manifest, &told);
        assert_eq!(at("송파"), Some((37.52, 127.1)));
        assert_eq!(at("송파구"), Some((37.52, 127.1)));
        let middle = at("서울특별시").unwrap();
        assert!((middle.0 - 37.51).abs() < 1e-6 && (middle.1 - 127.05).abs() < 1e-6);
        assert_eq!(at("부산"), None);
        assert_eq!(at(" "), None);
        assert_eq!(region(&told.libraries[0].1), "서울특별시 강남구");
    }
}
