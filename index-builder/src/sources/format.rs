//! Recognises the format of a file by its first bytes.
//!
//! Never by its name. Reads no record. Invariant: what is not read is named as what it is, with what to export instead.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::error::Problem;
use super::foreign::Foreign;
use super::marc;
use super::unpack::other_packing;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Format {
    /// Rows of cells, the columns named above them.
    Table,
    /// A JSON object a line.
    JsonLines,
    /// A dump of Open Library: columns parted by tabs, the last of them JSON.
    OpenLibraryDump,
    /// MARC in one of its file formats.
    Marc(marc::Format),
    /// Records in elements of XML.
    Xml(XmlFormat),
}

/// A format of records in XML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum XmlFormat {
    /// ONIX for Books 3, reference or short tags.
    Onix,
    /// MODS.
    Mods,
    /// Simple Dublin Core, alone or in OAI-PMH answers.
    DublinCore,
}

impl Format {
    /// The name in reports.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Table => "CSV",
            Self::JsonLines => "JSON Lines",
            Self::OpenLibraryDump => "Open Library",
            Self::Marc(marc::Format::Xml) => "MARCXML",
            Self::Marc(_) => "MARC (ISO 2709)",
            Self::Xml(XmlFormat::Onix) => "ONIX 3",
            Self::Xml(XmlFormat::Mods) => "MODS",
            Self::Xml(XmlFormat::DublinCore) => "Dublin Core",
        }
    }
}

/// Recognises a format by the first bytes of a file whose wrappings are off.
///
/// # Errors
/// When the file is empty, or in a format that is known and not read.
pub(super) fn recognise(start: &[u8]) -> Result<Format, Problem> {
    let text = start.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(start).trim_ascii_start();
    if text.is_empty() {
        return Err(Problem::Empty);
    }
    if let Some(foreign) = binary(start) {
        return Err(Problem::OtherFormat(foreign));
    }
    if text.starts_with(b"<") {
        return xml(text);
    }
    if let Some(foreign) = text_format(text) {
        return Err(Problem::OtherFormat(foreign));
    }
    // A stray zero byte is no reason to take MARC for something else.
    if let Some(format) = marc::format(start) {
        return Ok(Format::Marc(format));
    }
    if start.contains(&0) {
        return Err(Problem::OtherFormat(Foreign::Binary));
    }
    if text.starts_with(b"{") {
        let line = text.split(|&byte| byte == b'\n').next().unwrap_or(text);
        return match has(line, b"\"@context\"") || has(line, b"\"@graph\"") {
            true => Err(Problem::OtherFormat(Foreign::JsonLd)),
            false => Ok(Format::JsonLines),
        };
    }
    if text.starts_with(b"[") && text.get(1..).is_some_and(|rest| rest.trim_ascii_start().starts_with(b"{")) {
        return Err(Problem::OtherFormat(Foreign::JsonArray));
    }
    if text.starts_with(b"/type/") {
        return match text.starts_with(b"/type/edition\t") {
            true => Ok(Format::OpenLibraryDump),
            false => Err(Problem::OtherFormat(Foreign::OpenLibraryOther)),
        };
    }
    Ok(Format::Table)
}

/// Names what is no text.
fn binary(start: &[u8]) -> Option<Foreign> {
    /// Text in UTF-16, as names in old Office documents are written.
    fn wide(text: &str) -> Vec<u8> {
        text.bytes().flat_map(|byte| [byte, 0]).collect()
    }
    let foreign = match start {
        [0xD0, 0xCF, 0x11, 0xE0, ..] => match () {
            () if has(start, &wide("EncryptedPackage")) => Foreign::Locked,
            () if has(start, &wide("HwpSummaryInformation")) || has(start, b"HWP Document File") => {
                Foreign::Hwp
            }
            () if has(start, &wide("Workbook")) => Foreign::OldExcel,
            () => Foreign::OldOffice,
        },
        // Excel before 1997.
        [0x09, 0x08, 8 | 0x10, 0, ..] => Foreign::OldExcel,
        [b'%', b'P', b'D', b'F', ..] => Foreign::Pdf,
        [0xFF, 0xD8, 0xFF, ..] | [0x89, b'P', b'N', b'G', ..] | [b'G', b'I', b'F', b'8', ..] => {
            Foreign::Image
        }
        [b'I', b'I', 42, 0, ..] | [b'M', b'M', 0, 42, ..] => Foreign::Image,
        _ if start.starts_with(b"SQLite format 3\0") => Foreign::Database,
        _ if start.starts_with(b"\0\x01\0\0Standard ") => Foreign::Database,
        _ if start.starts_with(b"HWP Document File") => Foreign::Hwp,
        _ => return other_packing(start),
    };
    Some(foreign)
}

/// Names text that is neither a table nor records that are read.
fn text_format(text: &[u8]) -> Option<Foreign> {
    let begins =
        |prefix: &[u8]| text.get(..prefix.len()).is_some_and(|head| head.eq_ignore_ascii_case(prefix));
    let line = text.split(|&byte| byte == b'\n').next().unwrap_or(text).trim_ascii_end();
    let foreign = match () {
        () if begins(b"=LDR") => Foreign::MarcText,
        () if begins(b"TY  - ") => Foreign::Ris,
        () if begins(b"%0 ") => Foreign::Endnote,
        () if text.starts_with(b"@") && begins_bibtex(line) => Foreign::Bibtex,
        () if begins(b"@prefix") || begins(b"@base") || is_triple(line) => Foreign::Rdf,
        () if begins(b"-- ") || begins(b"create table") || begins(b"insert into") => Foreign::Sql,
        () if is_aleph(line) => Foreign::AlephSequential,
        () if is_pica(text) => Foreign::Pica,
        () => return None,
    };
    Some(foreign)
}

/// `@book{` and the like.
fn begins_bibtex(line: &[u8]) -> bool {
    let word = line.get(1..).unwrap_or(&[]);
    let letters = word.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    letters > 2 && word.get(letters) == Some(&b'{')
}

/// `<subject> <predicate> … .`
fn is_triple(line: &[u8]) -> bool {
    line.starts_with(b"<http") && line.ends_with(b".") && has(line, b"> <")
}

/// `000000001 LDR   L 00000nam…`: number, tag, indicators, script.
fn is_aleph(line: &[u8]) -> bool {
    let number = line.get(..9).is_some_and(|digits| digits.iter().all(u8::is_ascii_digit));
    let tag = line.get(10..13).is_some_and(|tag| tag.iter().all(u8::is_ascii_alphanumeric));
    number && tag && line.get(9) == Some(&b' ') && line.get(16) == Some(&b'L') && line.get(18).is_some()
}

/// Records of PICA+ and of its plain and import forms: a tag of three digits and `@` or a letter, then a subfield.
fn is_pica(text: &[u8]) -> bool {
    let tag_at = |at: usize| {
        text.get(at..at + 4).is_some_and(|tag| {
            tag.iter().take(3).all(u8::is_ascii_digit)
                && (tag.ends_with(b"@") || tag.iter().skip(3).all(u8::is_ascii_uppercase))
        })
    };
    let after = |at: usize| match text.get(at + 4..at + 6) {
        Some([b' ', next]) => matches!(next, b'$' | 0x1F | 0x83),
        Some([b'/', digit]) => digit.is_ascii_digit(),
        _ => false,
    };
    let starts = [0, 1, 2];
    starts.into_iter().any(|at| {
        let before = text.get(..at).unwrap_or(&[]);
        before.iter().all(|byte| matches!(byte, 0x1D | 0x1E | b'\n')) && tag_at(at) && after(at)
    })
}

/// Recognises XML by the elements at its beginning.
fn xml(text: &[u8]) -> Result<Format, Problem> {
    let text = String::from_utf8_lossy(text);
    if text.get(..200.min(text.len())).unwrap_or(&text).to_ascii_lowercase().contains("<html")
        || is_page(&text)
    {
        return Err(Problem::OtherFormat(Foreign::WebPage));
    }
    if is_triple(text.lines().next().unwrap_or("").trim_end().as_bytes()) {
        return Err(Problem::OtherFormat(Foreign::Rdf));
    }
    let mut reader = Reader::from_str(&text);
    let config = reader.config_mut();
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    let mut root: Option<String> = None;
    // The start of a file may end amid an element, and may hold what is no XML.
    while let Ok(event) = reader.read_event() {
        let start = match event {
            Event::Start(start) | Event::Empty(start) => start,
            Event::Eof => break,
            _ => continue,
        };
        let local = start.local_name();
        let name: &str = local.as_ref();
        if name == "error" && root.as_deref() == Some("OAI-PMH") {
            return Err(oai_error(&start, &mut reader));
        }
        if let Some(found) = element(name, &start) {
            return found.map_err(Problem::OtherFormat);
        }
        root.get_or_insert_with(|| name.to_owned());
    }
    match root.as_deref() {
        Some("OAI-PMH") => Err(Problem::OtherFormat(Foreign::OaiWithoutRecords)),
        // An answer of a service, or a collection, whose first record lies further down, or that holds none.
        Some("collection" | "record" | "records" | "searchRetrieveResponse" | "metadata") | None => {
            Ok(Format::Marc(marc::Format::Xml))
        }
        Some(root) => Err(Problem::OtherXml { root: root.chars().take(60).collect() }),
    }
}

/// The format, or its name, that an element tells.
fn element(name: &str, start: &BytesStart<'_>) -> Option<Result<Format, Foreign>> {
    let declares =
        |space: &str| start.attributes().flatten().any(|attribute| attribute.value.contains(space));
    let prefix = start.name().prefix().map(|prefix| prefix.as_ref().to_owned()).unwrap_or_default();
    Some(match name {
        "leader" | "controlfield" | "datafield" => {
            match declares("info:srw/schema/5/picaXML") || prefix == "pica" || prefix == "ppxml" {
                true => Err(Foreign::Pica),
                false => Ok(Format::Marc(marc::Format::Xml)),
            }
        }
        "ONIXMessage" | "ONIXmessage" => Ok(Format::Xml(XmlFormat::Onix)),
        "modsCollection" | "mods" => Ok(Format::Xml(XmlFormat::Mods)),
        "dc" => Ok(Format::Xml(XmlFormat::DublinCore)),
        _ if prefix == "dc" => Ok(Format::Xml(XmlFormat::DublinCore)),
        "RDF" if declares("id.loc.gov/ontologies/bibframe") => Err(Foreign::Bibframe),
        "Instance" | "Work" | "Item" if prefix == "bf" => Err(Foreign::Bibframe),
        "RDF" => Err(Foreign::Rdf),
        "GoodreadsResponse" => Err(Foreign::GoodreadsXml),
        "rss" | "feed" => Err(Foreign::Feed),
        "ead" => Err(Foreign::Ead),
        "TEI" | "TEI.2" => Err(Foreign::Tei),
        "mets" => Err(Foreign::Mets),
        "mads" | "madsCollection" => Err(Foreign::Authorities),
        "html" | "HTML" => Err(Foreign::WebPage),
        "Workbook" if declares("schemas-microsoft-com:office:spreadsheet") => Err(Foreign::OldExcel),
        "tag" if prefix == "ppxml" => Err(Foreign::Pica),
        _ => return None,
    })
}

/// The error that an OAI-PMH answer tells.
fn oai_error(start: &BytesStart<'_>, reader: &mut Reader<&[u8]>) -> Problem {
    let code = start.attributes().flatten().find(|attribute| attribute.key.as_ref() == "code");
    let code = code.map(|code| code.value.chars().take(60).collect()).unwrap_or_default();
    let message = match reader.read_event() {
        Ok(Event::Text(text)) => text.chars().take(200).collect(),
        _ => String::new(),
    };
    Problem::OaiError { code, message }
}

fn is_page(text: &str) -> bool {
    text.get(..9).is_some_and(|head| head.eq_ignore_ascii_case("<!doctype"))
        && text
            .get(9..60.min(text.len()))
            .is_some_and(|rest| rest.trim_start().to_ascii_lowercase().starts_with("html"))
}

fn has(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
