//! Publishers that are one, whatever their name is written with: a legal form, 출판 or 출판사 behind it, another script in brackets.
//!
//! Two names are one publisher where they come to the same letters by rules (no table of publishers) and some ISBN of each has
//! the same publisher's number, which an agency gives to one publisher alone. Invariant: a wrong join is worse than a missed one;
//! what is joined depends on the books alone, not on their order.

use std::collections::{BTreeMap, BTreeSet};

use seoga_text::{fold, hangul, isbn};

use super::book::Book;

/// Legal forms, which say nothing of who it is.
const LEGAL: [&str; 5] = ["(주)", "주식회사", "(유)", "유한회사", "(사)"];
/// Words that a name may end or begin with and be the same without.
const BEHIND: [&str; 2] = ["출판사", "출판"];
const BEFORE: &str = "도서출판";
/// Characters that a name must keep.
const LEAST: usize = 2;

/// Names that one publisher has, by the one most books have: one for each way of writing, spaces and case aside.
pub(super) type Spellings = BTreeMap<String, Vec<String>>;

/// Has every book show the commonest name of its publisher, and keep its own among the others.
pub(super) fn unite(books: &mut [Book]) -> Spellings {
    let names = names(books);
    let mut shown: BTreeMap<&str, &str> = BTreeMap::new();
    let mut spellings = Spellings::new();
    for one in united(&names) {
        let commonest = one.iter().max_by(|a, b| names[**a].books.cmp(&names[**b].books).then(b.cmp(a)));
        let Some(commonest) = commonest.filter(|_| one.len() > 1) else { continue };
        let mut ways = BTreeSet::new();
        let differs = |name: &&str| ways.insert(fold::letters(name));
        let kept = std::iter::once(*commonest).chain(one.iter().copied()).filter(differs);
        spellings.insert((*commonest).to_owned(), kept.skip(1).map(str::to_owned).collect());
        shown.extend(one.iter().map(|name| (*name, *commonest)));
    }
    let shown: BTreeMap<String, String> = shown
        .into_iter()
        .filter(|(own, to)| own != to)
        .map(|(own, to)| (own.to_owned(), to.to_owned()))
        .collect();
    for book in books {
        if let Some(name) = shown.get(&book.publisher) {
            let own = std::mem::replace(&mut book.publisher, name.clone());
            book.other_publishers.retain(|other| other != name);
            if let Err(place) = book.other_publishers.binary_search(&own) {
                book.other_publishers.insert(place, own);
            }
        }
    }
    spellings
}

/// The facts known of a name.
#[derive(Debug, Default)]
struct Known {
    books: u32,
    /// Publisher's numbers of its books' ISBNs.
    numbers: BTreeSet<String>,
}

fn names(books: &[Book]) -> BTreeMap<&str, Known> {
    let mut names: BTreeMap<&str, Known> = BTreeMap::new();
    for book in books.iter().filter(|book| !book.publisher.is_empty()) {
        let known = names.entry(&book.publisher).or_default();
        known.books += 1;
        known.numbers.extend(publishers_number(book));
    }
    names
}

/// The number of the publisher in a book's ISBN, behind prefix and group.
fn publishers_number(book: &Book) -> Option<String> {
    let hyphenated = isbn::parse(&book.id.to_string()).filter(|_| book.checked)?.hyphenated()?;
    hyphenated.rsplitn(3, '-').nth(2).map(str::to_owned)
}

/// Groups names that are one publisher.
fn united<'a>(names: &BTreeMap<&'a str, Known>) -> Vec<Vec<&'a str>> {
    let mut groups: Vec<Vec<&str>> = Vec::new();
    let mut by_form: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    let other_script = other_scripts(names.keys().copied());
    for name in names.keys() {
        let form = form(name);
        let form = other_script.get(&form).cloned().flatten().unwrap_or(form);
        by_form.entry(form).or_default().push(name);
    }
    for same in by_form.into_values() {
        let mut parts: Vec<(BTreeSet<&str>, Vec<&str>)> = Vec::new();
        for name in same {
            let Some(known) = names.get(name) else { continue };
            let mut joined =
                (known.numbers.iter().map(String::as_str).collect::<BTreeSet<&str>>(), vec![name]);
            let letters = fold::letters(name);
            parts.retain_mut(|(numbers, of)| {
                let one = !numbers.is_disjoint(&joined.0) || of.iter().any(|of| fold::letters(of) == letters);
                if one {
                    joined.0.append(numbers);
                    joined.1.append(of);
                }
                !one
            });
            parts.push(joined);
        }
        groups.extend(parts.into_iter().map(|(_, mut of)| {
            of.sort_unstable();
            of
        }));
    }
    groups
}

/// For the form of a name in Latin letters the one in Hangul that stands beside it in brackets; none where several do.
fn other_scripts<'a>(names: impl Iterator<Item = &'a str>) -> BTreeMap<String, Option<String>> {
    let mut found: BTreeMap<String, Option<String>> = BTreeMap::new();
    for (latin, hangul) in names.filter_map(both_scripts) {
        let only = found.entry(latin).or_insert_with(|| Some(hangul.clone()));
        if only.as_ref() != Some(&hangul) {
            *only = None;
        }
    }
    found
}

/// The letters by which a name is compared: of one in two scripts the Hangul.
fn form(name: &str) -> String {
    if let Some((_, hangul)) = both_scripts(name) {
        return hangul;
    }
    match bracketed(&without_legal(name)) {
        Some((outer, inner)) if plain(&outer) == plain(&inner) => plain(&outer),
        _ => plain(&without_legal(name)),
    }
}

/// Takes a name of two scripts apart, `Name(이름)` or `이름(Name)`: its Latin form, then its Hangul form.
fn both_scripts(name: &str) -> Option<(String, String)> {
    let (outer, inner) = bracketed(&without_legal(name))?;
    let is_latin = |text: &str| text.chars().any(|c| c.is_ascii_alphabetic());
    let is_hangul = |text: &str| text.chars().any(hangul::is_syllable);
    let pure = |text: &str| is_hangul(text) && !is_latin(text);
    match (is_latin(&outer) && pure(&inner), is_latin(&inner) && pure(&outer)) {
        (true, false) => Some((plain(&outer), plain(&inner))),
        (false, true) => Some((plain(&inner), plain(&outer))),
        _ => None,
    }
}

/// Takes `outer(inner)` apart, nothing behind the bracket.
fn bracketed(name: &str) -> Option<(String, String)> {
    let (outer, inner) = name.strip_suffix(')')?.split_once('(')?;
    let whole = !inner.contains(['(', ')']) && !outer.trim().is_empty() && !inner.trim().is_empty();
    whole.then(|| (outer.to_owned(), inner.to_owned()))
}

fn without_legal(name: &str) -> String {
    let folded = fold::fold(name);
    LEGAL.iter().fold(folded, |name, legal| name.replace(legal, "")).trim().to_owned()
}

/// The letters of a name without what it may end or begin with.
fn plain(name: &str) -> String {
    let letters = fold::letters(name);
    let long = |rest: &&str| rest.chars().count() >= LEAST;
    let rest = letters.strip_prefix(BEFORE).filter(long).unwrap_or(&letters);
    BEHIND.iter().find_map(|behind| rest.strip_suffix(behind).filter(long)).unwrap_or(rest).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use seoga_index::book_id::BookId;

    /// A book of the publisher's number 979-11-NNNN.
    fn book(publisher: &str, number: u64, title: u64) -> Book {
        let twelve = 979_110_000_000 + number * 1_000 + title;
        let check = (0..10).find(|check| isbn::parse(&format!("{}", twelve * 10 + check)).is_some()).unwrap();
        Book {
            id: BookId::isbn(twelve * 10 + check),
            checked: true,
            title: format!("책 {title}"),
            publisher: publisher.to_owned(),
            ..Book::default()
        }
    }

    fn shown(names: &[(&str, u64)]) -> Vec<String> {
        let mut books: Vec<Book> =
            (0..).zip(names).map(|(title, (name, number))| book(name, *number, title)).collect();
        unite(&mut books);
        books.into_iter().map(|book| book.publisher).collect()
    }

    #[test]
    fn a_name_is_the_same_with_a_legal_form_behind_it_or_in_the_other_script() {
        let same = [
            ["물결", "물결출판사"],
            ["물결출판", "물결(물결출판주식회사)"],
            ["㈜물결", "도서출판 물결"],
            ["Mulgyeol(물결)", "물결"],
            ["물결(Mulgyeol)", "mulgyeol(물결출판)"],
        ];
        for [one, other] in same {
            assert_eq!(shown(&[(one, 6001), (one, 6001), (other, 6001)]), [one; 3], "{other}");
            assert_eq!(shown(&[(one, 6001), (other, 6002)]), [one, other], "no ISBN says that they are one");
        }
        assert_eq!(
            shown(&[("Mulgyeol(물결)", 6001), ("Mulgyeol(물결)", 6001), ("Mulgyeol", 6001)])[2],
            "Mulgyeol(물결)"
        );
    }

    #[test]
    fn an_imprint_and_a_note_in_brackets_are_not_the_publisher() {
        for other in ["물결(노을)", "물결미디어", "노을(물결)", "물결(교재)", "출판", "물결사"]
        {
            assert_eq!(shown(&[("물결", 6001), ("물결", 6001), (other, 6001)])[2], other);
        }
        let two = [("Wave(물결)", 6001), ("Wave(노을)", 6001), ("Wave", 6001)];
        assert_eq!(shown(&two)[2], "Wave", "which of them is not known");
    }

    #[test]
    fn every_name_leads_to_the_publisher_and_stays_with_its_book() {
        let names = ["물결", "물결", "물결출판사", "물결 출판사"];
        let mut books: Vec<Book> = (0..).zip(names).map(|(title, name)| book(name, 6001, title)).collect();
        let spellings = unite(&mut books);
        assert_eq!(spellings, Spellings::from([("물결".to_owned(), vec!["물결 출판사".to_owned()])]));
        assert_eq!(
            (books[2].publisher.as_str(), books[2].other_publishers.as_slice()),
            ("물결", ["물결출판사".to_owned()].as_slice())
        );
    }
}
