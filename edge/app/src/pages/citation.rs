//! Citations: RIS, BibTeX, CSL-JSON, and a text to copy. Fields that a catalogue does not know are left out.

use seoga_index::book_id::BookId;
use seoga_index::record::Record;
use seoga_text::names::{Role, parse};
use seoga_text::title;
use serde::Serialize;

use crate::context::Context;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::questions;
use crate::routes::CitationForm;
use crate::strings::Hl;
use seoga_search::book_view::{full_title, isbn13};

/// `GET /books/{id}.ris`, `.bib`, `.csl.json`
pub(crate) async fn citation(context: &Context, id: BookId, form: CitationForm) -> Result<Response, Problem> {
    let answered = questions::book(context, id).await?;
    let behind = format!(".{}", form.suffix());
    if let Some(response) = questions::moved(context, (id, &answered.value), ("/books/", &behind), &answered)
    {
        return Ok(response);
    }
    let mut response = cited(&[&answered.value], context.base(), form, &id.to_string());
    answered.set_freshness(&mut response, None);
    Ok(response)
}

/// Cites books in a form, as a file to keep.
pub(crate) fn cited(records: &[&Record], base: &str, form: CitationForm, name: &str) -> Response {
    let url = |record: &Record| format!("{base}/books/{}", record.id);
    let all = |cite: fn(&Record, &str) -> String| {
        records.iter().map(|record| cite(record, &url(record))).collect::<String>()
    };
    let (kind, suffix, text) = match form {
        CitationForm::Ris => ("application/x-research-info-systems; charset=utf-8", "ris", all(ris)),
        CitationForm::BibTex => ("application/x-bibtex; charset=utf-8", "bib", all(bibtex)),
        CitationForm::CslJson => {
            let items: Vec<String> = records.iter().map(|record| csl(record, &url(record))).collect();
            ("application/vnd.citationstyles.csl+json", "csl.json", format!("[{}]", items.join(",")))
        }
    };
    let mut response = Response::with_body(200, kind, text);
    response.set("content-disposition", format!("attachment; filename=\"{name}.{suffix}\""));
    response
}

/// Writes a field of CSV (RFC 4180). One that a spreadsheet would take for a formula gets an apostrophe before it: by its
/// first sign behind blanks, in either width, as spreadsheets read fullwidth signs where Korean is written; or as it begins
/// with a tab or a line end.
pub(crate) fn csv_field(field: &str) -> String {
    let formula = field.starts_with(['\t', '\r', '\n'])
        || field.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    format!("\"{}{}\"", if formula { "'" } else { "" }, field.replace('"', "\"\""))
}

/// The people whom a citation names, by what they did.
struct People {
    /// Those said to be authors, else whoever is named and neither translated nor edited.
    authors: Vec<String>,
    editors: Vec<String>,
    translators: Vec<String>,
}

impl People {
    fn of(record: &Record) -> Self {
        let names = parse(&record.authors);
        // A pen name's other name is the same person.
        let of = |role: Role| {
            let of_role = names.iter().filter(|name| name.role == role && !name.alias);
            of_role.map(|name| name.text.clone()).collect::<Vec<_>>()
        };
        let (authors, others) = (of(Role::Author), of(Role::Other));
        let authors = if authors.is_empty() { others } else { authors };
        Self { authors, editors: of(Role::Editor), translators: of(Role::Translator) }
    }
}

/// Tells the language of a book: as recorded, else by the letters of its title, where they tell.
fn language(record: &Record) -> Option<&str> {
    record.language.as_deref().or(match title::script(&record.title) {
        title::Script::Korean => Some("ko"),
        title::Script::English => Some("en"),
        title::Script::Other => None,
    })
}

/// Writes a citation for people to copy: who, what, where and when.
pub(crate) fn text(record: &Record, hl: Hl) -> String {
    let (people, title, year) = (People::of(record), full_title(record), record.year.map(|y| y.to_string()));
    let all = |names: &[String]| Some(names.join(", ")).filter(|names| !names.is_empty());
    let by = |names: &[String], before: &str, behind: &str| {
        all(names).map(|names| format!("{before}{names}{behind}"))
    };
    let publisher = Some(record.publisher.clone()).filter(|publisher| !publisher.is_empty());
    let (parts, between) = match hl {
        Hl::Ko => (
            [
                all(&people.authors),
                Some(format!("『{title}』")),
                by(&people.editors, "", " 엮음"),
                by(&people.translators, "", " 옮김"),
                publisher,
                year,
            ],
            ", ",
        ),
        Hl::En => (
            [
                all(&people.authors),
                Some(title),
                by(&people.editors, "Edited by ", ""),
                by(&people.translators, "Translated by ", ""),
                publisher,
                year,
            ],
            ". ",
        ),
    };
    let parts: Vec<String> = parts.into_iter().flatten().map(|part| line(&part)).collect();
    parts.join(between) + "."
}

/// Names a book within a file of citations.
fn key(record: &Record) -> String {
    let isbn = if record.id.isbn13().is_some() { "isbn" } else { "" };
    format!("{isbn}{}", record.id)
}

/// Makes one line of a text: catalogue fields may hold line breaks.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn ris(record: &Record, url: &str) -> String {
    let mut out = String::new();
    let mut put = |tag: &str, value: &str| {
        let value = line(value);
        if !value.is_empty() {
            out.push_str(&format!("{tag}  - {value}\r\n"));
        }
    };
    put("TY", "BOOK");
    put("TI", &title::shown_text(&record.title));
    let people = People::of(record);
    people.authors.iter().for_each(|name| put("AU", name));
    people.editors.iter().for_each(|name| put("ED", name));
    // The subsidiary author of a book is its translator.
    people.translators.iter().for_each(|name| put("A4", name));
    put("PB", &record.publisher);
    put("PY", &record.year.map(|year| year.to_string()).unwrap_or_default());
    put("VL", record.volume.as_deref().unwrap_or_default());
    put("SN", &isbn13(record.id).unwrap_or_default());
    put("CN", record.class_no.as_deref().unwrap_or_default());
    put("LA", language(record).unwrap_or_default());
    put("UR", url);
    out.push_str("ER  - \r\n");
    out
}

fn bibtex(record: &Record, url: &str) -> String {
    let year = record.year.map(|year| year.to_string()).unwrap_or_default();
    let people = People::of(record);
    let names = |names: &[String]| {
        names.iter().map(|name| format!("{{{}}}", tex(name))).collect::<Vec<_>>().join(" and ")
    };
    let fields = [
        ("title", format!("{{{}}}", tex(&title::shown_text(&record.title)))),
        ("author", names(&people.authors)),
        ("editor", names(&people.editors)),
        ("translator", names(&people.translators)),
        ("publisher", tex(&record.publisher)),
        ("year", year),
        ("volume", tex(record.volume.as_deref().unwrap_or_default())),
        ("isbn", isbn13(record.id).unwrap_or_default()),
        ("language", language(record).unwrap_or_default().to_owned()),
        ("url", url.to_owned()),
    ];
    let mut out = format!("@book{{{},\n", key(record));
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty() && value != "{}") {
        out.push_str(&format!("  {name} = {{{value}}},\n"));
    }
    out.push_str("}\n");
    out
}

/// Writes a text with TeX's signs as commands.
fn tex(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in line(text).chars() {
        match c {
            '&' | '%' | '$' | '#' | '_' => {
                out.push('\\');
                out.push(c);
            }
            // BibTeX counts braces to find a field's end, escaped or not; those of a command are a pair.
            '{' => out.push_str("\\textbraceleft{}"),
            '}' => out.push_str("\\textbraceright{}"),
            '\\' => out.push_str("\\textbackslash{}"),
            '~' => out.push_str("\\textasciitilde{}"),
            '^' => out.push_str("\\textasciicircum{}"),
            c => out.push(c),
        }
    }
    out
}

fn csl(record: &Record, url: &str) -> String {
    #[derive(Serialize)]
    struct Item<'a> {
        id: String,
        #[serde(rename = "type")]
        kind: &'a str,
        title: String,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        author: Vec<Name>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        editor: Vec<Name>,
        #[serde(skip_serializing_if = "Vec::is_empty")]
        translator: Vec<Name>,
        #[serde(skip_serializing_if = "str::is_empty")]
        publisher: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        issued: Option<Issued>,
        #[serde(skip_serializing_if = "Option::is_none")]
        volume: Option<&'a str>,
        #[serde(rename = "ISBN", skip_serializing_if = "Option::is_none")]
        isbn: Option<String>,
        #[serde(rename = "call-number", skip_serializing_if = "Option::is_none")]
        call_number: Option<&'a str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        language: Option<&'a str>,
        #[serde(rename = "URL")]
        url: &'a str,
    }
    #[derive(Serialize)]
    struct Name {
        literal: String,
    }
    #[derive(Serialize)]
    struct Issued {
        #[serde(rename = "date-parts")]
        date_parts: [[u16; 1]; 1],
    }
    let people = People::of(record);
    let names = |names: Vec<String>| names.into_iter().map(|literal| Name { literal }).collect();
    let item = Item {
        id: key(record),
        kind: "book",
        title: title::shown_text(&record.title),
        author: names(people.authors),
        editor: names(people.editors),
        translator: names(people.translators),
        publisher: &record.publisher,
        issued: record.year.map(|year| Issued { date_parts: [[year]] }),
        volume: record.volume.as_deref(),
        isbn: isbn13(record.id),
        call_number: record.class_no.as_deref(),
        language: language(record),
        url,
    };
    serde_json::to_string(&item).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::record;

    #[test]
    fn ris_has_one_field_a_line_and_ends() {
        let record = Record { title: "두 줄\r\nTY  - JOUR".into(), year: Some(2021), ..record() };
        let text = ris(&record, "https://s.example/books/9791158083397");
        assert!(text.starts_with("TY  - BOOK\r\nTI  - 두 줄 TY - JOUR\r\nAU  - 김서가\r\n"), "{text}");
        assert!(text.contains("\r\nPY  - 2021\r\n") && text.ends_with("ER  - \r\n"), "{text}");
    }

    #[test]
    fn bibtex_escapes_its_signs() {
        let record =
            Record { title: "C# & 50% {braces} a_b \\ ~^".into(), publisher: String::new(), ..record() };
        let text = bibtex(&record, "u");
        let title = r"C\# \& 50\% \textbraceleft{}braces\textbraceright{} a\_b \textbackslash{} \textasciitilde{}\textasciicircum{}";
        assert!(text.contains(&format!("  title = {{{{{title}}}}},\n")), "{text}");
        assert!(!text.contains("publisher") && text.starts_with("@book{isbn9791158083397,\n"), "{text}");
    }

    #[test]
    fn no_text_opens_or_ends_a_field_of_bibtex() {
        for hostile in ["괄호 } 책", "{", "x}}, note = {y", "\\}", "}{", "@book{a, title = {b}}"] {
            let record = Record {
                title: hostile.into(),
                authors: format!("{hostile} 지음"),
                publisher: hostile.into(),
                volume: Some(hostile.into()),
                ..record()
            };
            let text = bibtex(&record, "u");
            let mut depth = 0;
            for (at, c) in text.char_indices() {
                depth += i32::from(c == '{') - i32::from(c == '}');
                assert!(
                    depth > 0 || text[..at].is_empty() || at < 5 || at >= text.len() - 2,
                    "{hostile}: {text}"
                );
            }
            assert_eq!(depth, 0, "{hostile}: {text}");
        }
    }

    #[test]
    fn csl_json_is_a_list_of_books() {
        let (one, other) = (Record { year: Some(1999), ..record() }, record());
        let response = cited(&[&one, &other], "https://s.example", CitationForm::CslJson, "list");
        let read: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(read[0]["issued"]["date-parts"][0][0], 1999);
        assert_eq!(read[0]["author"][0]["literal"], "김서가");
        assert_eq!(read[1]["type"], "book");
        assert_eq!(read[1]["URL"], "https://s.example/books/9791158083397");
    }

    #[test]
    fn csv_fields_are_quoted_and_no_formulas() {
        assert_eq!(csv_field("가 \"나\",\n다"), "\"가 \"\"나\"\",\n다\"");
        for formula in [
            "=1+1",
            "+1",
            "-1",
            "@a",
            "＝1+1",
            "＋1",
            "－1",
            "＠a",
            "\ta",
            "\ra",
            "\na",
            " =1",
            "\u{3000}＝1",
        ] {
            assert_eq!(csv_field(formula), format!("\"'{formula}\""), "{formula:?}");
        }
        assert_eq!(csv_field("1=1 ＝"), "\"1=1 ＝\"");
    }
}
