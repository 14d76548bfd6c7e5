//! Holds what comes of each record in a folder of libraries' files, case by case, and prints how many of each kind come right.
//!
//! Where a case once wanted a file refused or named that is read now, to read it right is to pass, and the case says why.

use std::collections::BTreeMap;
use std::path::PathBuf;

use index_builder::compile::compile;
use index_builder::local::{LocalIndex, request};
use index_builder::progress::Quiet;
use index_builder::report::FindingKind;
use index_builder::sources::{Disk, Inputs, Reading, WrongFiles, read_from};

use super::field_tables::folder;

/// Says what has to come of a file.
enum Outcome {
    /// Books of these titles, in any order.
    Titles(&'static [&'static str]),
    /// A book of a title that ends so.
    Ending(&'static str),
    /// Refused, saying this.
    Refused(&'static str),
    /// Each of these words finds the only book.
    FoundBy(&'static [&'static str]),
}

use Outcome::{Ending, FoundBy, Refused, Titles};

/// A case: its kind, the files, what has to come of them, and the findings without which nobody would know.
type Case = (&'static str, &'static [&'static str], Outcome, &'static [FindingKind]);

const ENCODINGS: &str = "other encodings read as Korean";
const DECLARED: &str = "encodings that XML declares";
const LOST: &str = "record lost that could be kept";
const ONE_ISBN: &str = "one ISBN, several books";
const SCRIPTS: &str = "series, and fields in another script";
const PLAIN: &str = "plain records";

/// MARC-8 and other sets are read by tables now, which is more than a refusal by name.
const CASES: &[Case] = &[
    (ENCODINGS, &["m1-latin1-pair.mrc"], Titles(&["Kalte Füße im Garten"]), &[]),
    (ENCODINGS, &["m2-latin1-mixed.mrc"], Titles(&["Kalte Füße und schöne Hände"]), &[]),
    (ENCODINGS, &["m3-cp1251.mrc"], Titles(&["Тихий вечер в саду"]), &[]),
    (ENCODINGS, &["m4-marc8-ayn-macron.mrc"], Titles(&["Daʻw\u{304}ah fʻl\u{304}"]), &[]),
    (ENCODINGS, &["m5-marc8-vietnamese.mrc"], Titles(&["Việt Nam"]), &[]),
    (ENCODINGS, &["m6-gbk.mrc"], Titles(&["静静的花园"]), &[]),
    (ENCODINGS, &["m7-shift-jis.mrc"], Titles(&["静かな庭園のはなし"]), &[]),
    (ENCODINGS, &["m8-utf8-flag-broken.mrc"], Ending("is du jardin"), &[FindingKind::BytesUndecodable]),
    (ENCODINGS, &["ok1-cp949-hanja-heavy.mrc"], Titles(&["高麗時代 金石文 硏究"]), &[]),
    (DECLARED, &["m13-marcxml-latin1.xml"], Titles(&["Schöne Gärten für Füße"]), &[]),
    (DECLARED, &["m14-marcxml-utf16.xml"], Titles(&["Schöne Gärten für Füße"]), &[]),
    (DECLARED, &["m15-marcxml-cp1252.xml"], Titles(&["Schöne Gärten für Füße"]), &[]),
    ("records that are no books", &["m12-authority-12.mrc"], Refused("전거 레코드"), &[]),
    ("records that are no books", &["s6-mfhd.mrc"], Titles(&["새벽의 서가"]), &[FindingKind::RecordHoldings]),
    (
        "no ISBN that is the book's",
        &["s3-isbn-only-in-z.mrc"],
        Titles(&["새벽의 서가"]),
        &[FindingKind::IsbnMissing],
    ),
    (
        "one file stops the build",
        &["m9-twelve-old-books.mrc", "m10-one-with-isbn.mrc"],
        Titles(&[
            "새 서가 이야기",
            "옛 서가 이야기 0",
            "옛 서가 이야기 1",
            "옛 서가 이야기 2",
            "옛 서가 이야기 3",
            "옛 서가 이야기 4",
            "옛 서가 이야기 5",
            "옛 서가 이야기 6",
            "옛 서가 이야기 7",
            "옛 서가 이야기 8",
            "옛 서가 이야기 9",
            "옛 서가 이야기 10",
            "옛 서가 이야기 11",
        ]),
        &[FindingKind::IsbnMissing],
    ),
    (
        ONE_ISBN,
        &["s1-five-volumes-one-set-isbn.mrc"],
        Titles(&[
            "가온 대하소설. 1권, 새벽",
            "가온 대하소설. 2권, 바람",
            "가온 대하소설. 3권, 강물",
            "가온 대하소설. 4권, 노을",
            "가온 대하소설. 5권, 달빛",
        ]),
        &[],
    ),
    (
        ONE_ISBN,
        &["s2-two-works-one-isbn.mrc"],
        Titles(&["별자리 이야기", "요리의 기초"]),
        &[FindingKind::TitleContradicts],
    ),
    (SCRIPTS, &["s4-880-publisher.mrc"], FoundBy(&["누리책방", "서가총서"]), &[]),
    (SCRIPTS, &["s5-series-word-only-in-490.mrc"], FoundBy(&["달빛문고"]), &[]),
    (LOST, &["s7-stray-1e-in-note.mrc"], Titles(&["새벽의 서가"]), &[]),
    (LOST, &["s8-field-length-five-digits.mrc"], Titles(&["긴 서가 이야기"]), &[FindingKind::MarcLengths]),
    (LOST, &["s9-leader-copy-in-control-field.mrc"], Titles(&["새벽의 서가", "새벽의 서가"]), &[]),
    (LOST, &["s10-leader-copy-at-end.mrc"], Titles(&["새벽의 서가", "새벽의 서가"]), &[]),
    ("holders", &["h1-koha-952.mrc"], Titles(&["새벽의 서가"]), &[FindingKind::LibraryUnnamed]),
    (PLAIN, &["m26-leader-blanks.mrc"], Titles(&["새 서가 이야기"]), &[]),
    (
        PLAIN,
        &["m27-leader-blanks-amid.mrc"],
        Titles(&["새 서가 이야기", "새 서가 이야기", "새 서가 이야기"]),
        &[],
    ),
    (PLAIN, &["m28-over-99999.mrc"], Titles(&["긴 서가 이야기"]), &[FindingKind::MarcLengths]),
    (PLAIN, &["m29-field-over-9999.mrc"], Titles(&["긴 서가 이야기"]), &[FindingKind::MarcLengths]),
];

fn read(names: &[&str]) -> Result<Reading, WrongFiles> {
    let records: Vec<PathBuf> = names.iter().map(|name| folder().join(name)).collect();
    read_from(&Disk, &Inputs { records, ..Inputs::default() }, &Quiet)
}

/// Says how what came of a case is another thing than what had to come.
fn wrong((_, files, outcome, findings): &Case) -> Option<String> {
    let reading = match (read(files), outcome) {
        (Ok(reading), _) => reading,
        (Err(why), Refused(said)) => return (!why.to_string().contains(said)).then(|| why.to_string()),
        (Err(why), _) => return Some(why.to_string()),
    };
    let unsaid = findings.iter().find(|kind| reading.report.count(**kind) == 0);
    if let Some(unsaid) = unsaid {
        return Some(format!("{unsaid:?} is not reported"));
    }
    let mut titles: Vec<&str> = reading.catalogue.books.iter().map(|book| book.title.as_str()).collect();
    titles.sort_unstable();
    let right = match outcome {
        Refused(_) => false,
        Ending(end) => titles.len() == 1 && titles.iter().all(|title| title.ends_with(end)),
        Titles(expected) => {
            let mut expected = expected.to_vec();
            expected.sort_unstable();
            titles == expected
        }
        FoundBy(words) => {
            let place = tempfile::tempdir().unwrap();
            compile(&reading.catalogue, place.path(), &Quiet).unwrap();
            let index = LocalIndex::open(place.path(), 1 << 30).unwrap();
            let found = |word: &str| index.search(request(&index, word, &[], 10).unwrap()).unwrap().total;
            words.iter().all(|word| found(word) == 1)
        }
    };
    (!right).then(|| format!("{titles:?}"))
}

pub(crate) fn every_case_of_records_comes_right() {
    let mut kinds: BTreeMap<&str, (usize, Vec<String>)> = BTreeMap::new();
    for case in CASES {
        let (cases, faults) = kinds.entry(case.0).or_default();
        *cases += 1;
        faults.extend(wrong(case).map(|fault| format!("{:?}: {fault}", case.1)));
    }
    for (kind, (cases, faults)) in &kinds {
        println!("{kind}: {} of {cases} right", cases - faults.len());
    }
    let faults: Vec<&String> = kinds.values().flat_map(|(_, faults)| faults).collect();
    assert!(faults.is_empty(), "{faults:#?}");
}
