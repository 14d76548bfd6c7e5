//! Any bytes may come through a door: nothing panics, and what comes out keeps the catalogue's invariants.

use index_builder::catalogue::Catalogue;
use index_builder::progress::Quiet;
use index_builder::report::Role;
use index_builder::sources::{InMemory, Inputs, Reading, WrongFiles, read_from};
use proptest::prelude::*;

const ROLES: [Role; 6] =
    [Role::Holdings, Role::Records, Role::Keywords, Role::Synonyms, Role::Libraries, Role::Holidays];

fn header(role: Role) -> &'static str {
    match role {
        Role::Holdings => {
            "번호,도서명,저자,출판사,발행년도,ISBN,세트 ISBN,부가기호,권,주제분류번호,도서권수,대출건수,등록일자,\n"
        }
        Role::Records => "{\"isbn13\":\"9780306406157\",\"title\":\"가\"}\n",
        Role::Keywords => "isbn13,keywords\n",
        Role::Synonyms => "eng,kor\n",
        Role::Libraries => "code,name,address,latitude,longitude,homepage,tel,hours,closed,holdings_link\n",
        Role::Holidays => "date,name\n",
        Role::Choices | Role::Loans => "",
    }
}

/// Reads one file held in memory, in its role.
fn read_alone(role: Role, bytes: &[u8]) -> Result<Reading, WrongFiles> {
    let path = std::path::PathBuf::from("가온.csv");
    let files = InMemory::default().with(&path, bytes);
    let mut inputs = Inputs::default();
    match role {
        Role::Holdings => inputs.holdings.push(path),
        Role::Records => inputs.records.push(path),
        Role::Keywords => inputs.keywords = Some(path),
        Role::Synonyms => inputs.synonyms = Some(path),
        Role::Libraries => inputs.libraries = Some(path),
        Role::Holidays => inputs.holidays = Some(path),
        Role::Choices | Role::Loans => {}
    }
    read_from(&files, &inputs, &Quiet)
}

/// Holds the invariants that everything behind the door relies on.
fn assert_invariants(catalogue: &Catalogue) {
    assert!(catalogue.libraries.windows(2).all(|pair| pair[0].name < pair[1].name));
    assert!(catalogue.books.windows(2).all(|pair| pair[0].id < pair[1].id));
    assert!(catalogue.keywords.windows(2).all(|pair| pair[0] < pair[1]));
    for book in &catalogue.books {
        assert!(book.id.isbn13().is_none_or(|isbn13| matches!(isbn13 / 10_000_000_000, 978 | 979)));
        assert!(!book.title.is_empty());
        assert!(!book.other_titles.contains(&book.title));
        assert!(book.holdings.windows(2).all(|pair| pair[0].library < pair[1].library));
        assert!(
            book.holdings.iter().all(|holding| usize::from(holding.library.0) < catalogue.libraries.len())
        );
        assert!(book.keywords.iter().all(|&id| !catalogue.keyword(id).is_empty()));
    }
}

/// Cells as files have them, good and bad.
fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("9780306406157".to_owned()),
        Just("978-0-306-40615-7".to_owned()),
        Just("2023-02-28".to_owned()),
        Just("004.73".to_owned()),
        Just("파이썬 코딩".to_owned()),
        "[0-9]{0,14}",
        "\\PC{0,20}",
        "[\",\n\r<>/b&;$e {}\\[\\]:a-c]{0,20}",
    ]
}

proptest! {
    #[test]
    fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
        for role in ROLES {
            if let Ok(reading) = read_alone(role, &bytes) {
                assert_invariants(&reading.catalogue);
            }
        }
    }

    #[test]
    fn any_bytes_behind_a_good_header_are_read_or_refused(bytes: Vec<u8>, cells in prop::collection::vec(cell(), 0..60)) {
        for role in ROLES {
            for tail in [bytes.clone(), cells.join(",").into_bytes(), cells.join("\",\"").into_bytes()] {
                let mut file = header(role).as_bytes().to_vec();
                file.extend_from_slice(&tail);
                if let Ok(reading) = read_alone(role, &file) {
                    assert_invariants(&reading.catalogue);
                }
            }
        }
    }

    #[test]
    fn every_row_is_used_or_said_to_be_rejected(rows in prop::collection::vec(prop::collection::vec(cell(), 13), 1..20)) {
        let mut text = header(Role::Holdings).to_owned();
        for row in &rows {
            let cells: Vec<String> = row.iter().map(|cell| format!("\"{}\"", cell.replace('"', "\"\""))).collect();
            text.push_str(&cells.join(","));
            text.push_str(",\n");
        }
        if let Ok(reading) = read_alone(Role::Holdings, text.as_bytes()) {
            assert_invariants(&reading.catalogue);
            let file = &reading.report.files[0];
            let rejections: u64 = (file.counts.iter())
                .filter(|(kind, _)| kind.severity() == index_builder::report::Severity::Rejected)
                .map(|(_, count)| count)
                .sum();
            prop_assert_eq!(rejections, file.rejected, "a rejected row has exactly one reason");
            prop_assert!(file.rejected < file.rows);
        }
    }
}
