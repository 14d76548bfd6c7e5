//! Maps a record of MODS to a book.

use super::frames::Cut;
use super::tree::Element;
use crate::sources::description::{Contributor, Description, Holding};

pub(super) const CUT: Cut = Cut { names: &["mods", "record"], is_content: |_, name| name == b"titleInfo" };

pub(super) fn describe(record: &Element) -> Description {
    let mut book = Description::default();
    titles(record, &mut book);
    for name in record.all(&["name"]) {
        let shown = full_name(name);
        if !shown.is_empty() {
            let term = name
                .first(&["role"])
                .and_then(|role| role.all(&["roleTerm"]).find(|term| term.attribute("type") == "code"));
            book.contributors
                .push(Contributor { name: shown, role: term.map_or("", Element::text).to_owned() });
        }
    }
    for origin in record.all(&["originInfo"]) {
        if book.publisher.is_empty() {
            let agent = origin.first(&["agent"]).map_or("", |agent| agent.text_of(&["namePart"]));
            let publisher = origin.text_of(&["publisher"]);
            book.publisher = if publisher.is_empty() { agent } else { publisher }.to_owned();
        }
        if book.year.is_empty() {
            // A coded date (w3cdtf, marc) before one as it is printed.
            let dates: Vec<&Element> = origin.all(&["dateIssued", "copyrightDate"]).collect();
            let coded = dates
                .iter()
                .find(|date| !date.attribute("encoding").is_empty() && date.attribute("point") != "end");
            book.year = coded.or(dates.first()).map_or("", |date| date.text()).to_owned();
        }
    }
    for identifier in
        record.all(&["identifier"]).filter(|identifier| identifier.attribute("invalid") != "yes")
    {
        let value = identifier.text().to_owned();
        match identifier.attribute("type") {
            "isbn" => book.isbns.push(value),
            "lccn" => book.controls.push(format!("(DLC){}", value.replace(' ', ""))),
            "oclc" => book.controls.push(format!("(OCoLC){value}")),
            _ => {}
        }
    }
    let number = record.first(&["recordInfo"]).and_then(|info| info.first(&["recordIdentifier"]));
    if let Some(number) = number.filter(|number| !number.text().is_empty()) {
        let source = number.attribute("source");
        let source = if source.is_empty() { String::new() } else { format!("({source})") };
        book.controls.push(format!("{source}{}", number.text()));
    }
    for language in record.all(&["language"]) {
        let term = language.all(&["languageTerm"]).find(|term| term.attribute("type") != "text");
        if book.language.is_empty() {
            book.language = term.map_or("", Element::text).to_owned();
        }
    }
    for class in record.all(&["classification"]) {
        if class.attribute("authority").eq_ignore_ascii_case("kdc") {
            book.class_no = class.text().to_owned();
        }
    }
    for subject in record.all(&["subject"]) {
        let words = subject.all(&["topic", "geographic", "temporal"]);
        book.keywords.extend(words.map(|word| word.text().to_owned()));
    }
    for related in record.all(&["relatedItem"]).filter(|related| related.attribute("type") == "series") {
        if let Some(title) = related.first(&["titleInfo"]) {
            book.series
                .push((title.text_of(&["title"]).to_owned(), title.text_of(&["partNumber"]).to_owned()));
        }
    }
    for location in record.all(&["location"]) {
        let holder = location.all(&["physicalLocation"]).map(Element::text).find(|text| !text.is_empty());
        let copy = location.first(&["holdingSimple"]).and_then(|simple| simple.first(&["copyInformation"]));
        let mark = location.text_of(&["shelfLocator"]);
        let of_copy = |name: &str| copy.map_or("", |copy| copy.text_of(&[name]));
        book.holdings.push(Holding {
            library: holder.unwrap_or_default().to_owned(),
            call_number: if mark.is_empty() { of_copy("shelfLocator") } else { mark }.to_owned(),
            room: of_copy("subLocation").to_owned(),
            ..Holding::default()
        });
    }
    book
}

/// The title proper is the one without a type; the others are searched.
fn titles(record: &Element, book: &mut Description) {
    for info in record.all(&["titleInfo"]) {
        let text = format!("{} {}", info.text_of(&["nonSort"]), info.text_of(&["title"])).trim().to_owned();
        if text.is_empty() {
            continue;
        }
        if info.attribute("type").is_empty() && book.title.is_empty() {
            book.title = text;
            book.subtitle = info.text_of(&["subTitle"]).to_owned();
            book.volume = info.text_of(&["partNumber"]).to_owned();
            book.part_title = info.text_of(&["partName"]).to_owned();
        } else {
            book.other_titles.push(text);
        }
    }
    if book.title.is_empty() && !book.other_titles.is_empty() {
        book.title = book.other_titles.remove(0);
    }
}

fn full_name(name: &Element) -> String {
    let parts: Vec<&Element> = name.all(&["namePart"]).collect();
    let of_type =
        |kind: &str| parts.iter().find(|part| part.attribute("type") == kind).map_or("", |part| part.text());
    let (given, family) = (of_type("given"), of_type("family"));
    match (given, family) {
        ("", "") => parts
            .iter()
            .find(|part| part.attribute("type").is_empty())
            .map_or("", |part| part.text())
            .to_owned(),
        _ => format!("{given} {family}").trim().to_owned(),
    }
}
