//! Maps a product of ONIX for Books 3 to a book: reference names and short tags alike.
//!
//! Codes are those of the code lists that the standard's keeper publishes: 5 (identifiers), 15 (titles), 149 (levels of titles), 17 (roles), 27 (subjects), 22
//! (languages), 163 (dates). What ONIX 2.1 names alike is read too.

use super::frames::Cut;
use super::tree::Element;
use crate::sources::description::{Contributor, Description};

pub(super) const CUT: Cut = Cut { names: &["Product", "product"], is_content: |_, _| true };

pub(super) fn describe(product: &Element) -> Description {
    // ONIX 3 groups what ONIX 2.1 has directly in the product.
    let described = product.first(&["DescriptiveDetail", "descriptivedetail"]).unwrap_or(product);
    let published = product.first(&["PublishingDetail", "publishingdetail"]).unwrap_or(product);
    let mut book = Description::default();
    let mut isbn10 = Vec::new();
    for identifier in product.all(&["ProductIdentifier", "productidentifier"]) {
        let value = identifier.text_of(&["IDValue", "b244"]).to_owned();
        match identifier.text_of(&["ProductIDType", "b221"]) {
            "15" | "03" => book.isbns.push(value),
            "02" => isbn10.push(value),
            _ => {}
        }
    }
    book.isbns.append(&mut isbn10);
    let reference = product.text_of(&["RecordReference", "a001"]);
    if !reference.is_empty() {
        book.controls.push(reference.to_owned());
    }
    titles(described, &mut book);
    for name in described.all(&["Contributor", "contributor"]) {
        let shown = person(name);
        if !shown.is_empty() {
            let code = name.text_of(&["ContributorRole", "b035"]);
            book.contributors.push(Contributor { name: shown, role: role(code).to_owned() });
        }
    }
    for collection in described.all(&["Collection", "collection", "Series", "series"]) {
        series(collection, &mut book);
    }
    let publisher = published.first(&["Publisher", "publisher"]);
    book.publisher =
        publisher.map_or("", |publisher| publisher.text_of(&["PublisherName", "b081"])).to_owned();
    if book.publisher.is_empty() {
        let imprint = published.first(&["Imprint", "imprint"]);
        book.publisher = imprint.map_or("", |imprint| imprint.text_of(&["ImprintName", "b079"])).to_owned();
    }
    book.year = year(product, published);
    for language in described.all(&["Language", "language"]) {
        if language.text_of(&["LanguageRole", "b253"]) == "01" {
            book.language = language.text_of(&["LanguageCode", "b252"]).to_owned();
        }
    }
    for subject in described.all(&["Subject", "subject"]) {
        let heading = subject.text_of(&["SubjectHeadingText", "b070"]);
        // Keywords (20) come many in one element.
        if subject.text_of(&["SubjectSchemeIdentifier", "b067"]) == "20" {
            book.keywords.extend(heading.split(';').map(|word| word.trim().to_owned()));
        } else if !heading.is_empty() {
            book.keywords.push(heading.to_owned());
        }
    }
    book
}

/// The distinctive title of the product (01 at the level of the product), and the others beside it.
fn titles(described: &Element, book: &mut Description) {
    for title in described.all(&["TitleDetail", "titledetail", "Title", "title"]) {
        let elements: Vec<&Element> = title.all(&["TitleElement", "titleelement"]).collect();
        let product =
            |element: &&&Element| matches!(element.text_of(&["TitleElementLevel", "x409"]), "01" | "");
        let element = elements.iter().find(product).or(elements.first()).copied().unwrap_or(title);
        let (text, subtitle) = parts(element);
        if text.is_empty() {
            continue;
        }
        let is_distinctive = matches!(title.text_of(&["TitleType", "b202"]), "01" | "");
        if is_distinctive && book.title.is_empty() {
            (book.title, book.subtitle) = (text, subtitle);
            book.volume = element.text_of(&["PartNumber", "x410"]).to_owned();
        } else {
            book.other_titles.push(text);
        }
    }
    if book.title.is_empty() && !book.other_titles.is_empty() {
        book.title = book.other_titles.remove(0);
    }
}

/// Title with its prefix, and subtitle.
fn parts(element: &Element) -> (String, String) {
    let mut text = element.text_of(&["TitleText", "b203"]).to_owned();
    if text.is_empty() {
        let prefix = element.text_of(&["TitlePrefix", "b030"]);
        let rest = element.text_of(&["TitleWithoutPrefix", "b031"]);
        text = format!("{prefix} {rest}").trim().to_owned();
    }
    (text, element.text_of(&["Subtitle", "b029"]).to_owned())
}

fn series(collection: &Element, book: &mut Description) {
    let detail = collection.first(&["TitleDetail", "titledetail", "Title", "title"]);
    let elements = detail.into_iter().flat_map(|detail| detail.all(&["TitleElement", "titleelement"]));
    let mut name = String::new();
    let mut number = collection.text_of(&["NumberWithinSeries", "b019"]).to_owned();
    for element in elements {
        let part = element.text_of(&["PartNumber", "x410"]);
        if !part.is_empty() {
            number = part.to_owned();
        }
        if name.is_empty() {
            name = parts(element).0;
        }
    }
    if name.is_empty() {
        name = collection.text_of(&["TitleOfSeries", "b018"]).to_owned();
    }
    if !name.is_empty() {
        book.series.push((name, number));
    }
}

fn person(contributor: &Element) -> String {
    for names in [&["PersonName", "b036"], &["CorporateName", "b047"], &["PersonNameInverted", "b037"]] {
        let name = contributor.text_of(names);
        if !name.is_empty() {
            return name.to_owned();
        }
    }
    let before = contributor.text_of(&["NamesBeforeKey", "b039"]);
    let key = contributor.text_of(&["KeyNames", "b040"]);
    format!("{before} {key}").trim().to_owned()
}

/// The relator code of a role.
fn role(code: &str) -> &'static str {
    match code {
        "A01" | "A02" | "A03" => "aut",
        "A12" | "A35" | "A36" => "ill",
        "A13" => "pht",
        "B01" | "B09" | "B10" | "B11" | "B21" => "edt",
        "B06" | "B08" => "trl",
        "A24" => "aui",
        "A19" => "aft",
        "C01" => "com",
        _ => "",
    }
}

/// The year of publication (role 01), else of the first publication (11).
fn year(product: &Element, published: &Element) -> String {
    let dates: Vec<&Element> = published.all(&["PublishingDate", "publishingdate"]).collect();
    let of_role =
        |role: &str| dates.iter().find(|date| date.text_of(&["PublishingDateRole", "x448"]) == role);
    let date = of_role("01").or_else(|| of_role("11")).or(dates.first());
    let date = date.map_or_else(
        || product.text_of(&["PublicationDate", "b003"]),
        |date| date.text_of(&["Date", "b306"]),
    );
    date.get(..4).unwrap_or(date).to_owned()
}
