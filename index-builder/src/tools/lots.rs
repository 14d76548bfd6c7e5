//! Draws pairs of records by lot, for people to judge how well the matching of records does.
//!
//! The format of the files, and how to judge, is in `docs/IDENTITY.md`. Invariant: the same records and seed give the same lots,
//! whatever the order of the records.

use std::collections::{BTreeMap, BinaryHeap, HashMap};

use seoga_index::book_id::BookId;
use seoga_text::{fold, names, title};

use crate::catalogue::{Book, Catalogue, Matched, Works};

/// The columns of the file to judge.
const HEADER: &str = "pair\tverdict\ttitle_a\tauthors_a\tpublisher_a\tvolume_a\tyear_a\tregistered_a\tlibrary_a\ttitle_b\tauthors_b\tpublisher_b\tvolume_b\tyear_b\tregistered_b\tlibrary_b\n";
/// The columns of the key.
const KEY_HEADER: &str = "pair\tlot\tjoined\tisbn_a\tisbn_b\tplace_a\tplace_b\n";
/// Of so many records with one title, or with one author and year, pairs are drawn; of more, of the first so many.
const LARGEST_BLOCK: usize = 2_000;

/// Two files: one to judge, one that tells what was drawn.
#[derive(Debug)]
pub struct Lots {
    /// The pairs in an order that tells nothing, with an empty column for the verdict.
    pub pairs: String,
    /// For each pair the lot that it is of, whether the two are one book, and their numbers.
    pub key: String,
}

/// How good the matching is by judged pairs.
#[derive(Debug, PartialEq, Eq)]
pub struct Score {
    /// Of pairs that are joined: those judged the same book, and all that were judged.
    pub precision: (usize, usize),
    /// Of look-alikes judged the same book: those that are joined, and all.
    pub recall: (usize, usize),
    /// Pairs that are joined and were judged two books.
    pub wrong: Vec<String>,
}

/// The kinds of lots.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Lot {
    Joined,
    LookAlike,
}

impl Lot {
    fn name(self) -> &'static str {
        match self {
            Self::Joined => "joined",
            Self::LookAlike => "look_alike",
        }
    }
}

/// A drawn pair: its lot's number, which is never twice, and two places in the records.
type Drawn = (BookId, usize, usize);

/// Keeps of any number of pairs those with the smallest lots.
struct Urn<'a> {
    records: &'a [Matched],
    seed: u64,
    most: usize,
    drawn: BinaryHeap<Drawn>,
}

impl Urn<'_> {
    fn put(&mut self, a: usize, b: usize) {
        let (Some(first), Some(second)) = (self.records.get(a), self.records.get(b)) else { return };
        let place = |record: &Matched| format!("{}:{}", record.file, record.line);
        let (one, other) = (place(first), place(second));
        let ((one, a), (other, b)) =
            if one <= other { ((one, a), (other, b)) } else { ((other, b), (one, a)) };
        let lot = (BookId::of(&format!("{}\n{one}\n{other}", self.seed)), a, b);
        if self.drawn.len() < self.most {
            self.drawn.push(lot);
        } else if self.drawn.peek().is_some_and(|greatest| lot < *greatest) {
            self.drawn.pop();
            self.drawn.push(lot);
        }
    }
}

/// Names the ways in which pairs look alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LookAlike {
    /// One title proper, or one first author and year.
    Records,
    /// One title proper and first author.
    Works,
}

/// Gives the books of a catalogue as records that are joined where they are editions of one work.
#[must_use]
pub fn editions(catalogue: &Catalogue) -> Vec<Matched> {
    let books: Vec<&Book> = catalogue.books.iter().collect();
    let works = Works::find(&books);
    let first = |place: u32| {
        let first = works.of(place).and_then(|work| works.editions(work).first());
        first.and_then(|first| books.get(*first as usize)).map(|book| book.id)
    };
    let name = |number: u16| catalogue.libraries.get(usize::from(number)).map(|library| library.name.clone());
    let matched = |(place, book): (u32, &&Book)| Matched {
        file: book.id.to_string(),
        line: 1,
        isbn13: 0,
        recorded: book.id.isbn13().unwrap_or(0),
        id: first(place).unwrap_or(book.id),
        title: book.title.clone(),
        authors: book.authors.clone(),
        publisher: book.publisher.clone(),
        volume: book.volume.clone().unwrap_or_default(),
        year: book.year.unwrap_or(0),
        library: book.holdings.first().and_then(|held| name(held.library.0)).unwrap_or_default(),
        registered: book.registered(),
    };
    (0..).zip(&books).map(matched).collect()
}

/// Draws `most` pairs of those that are joined without a common ISBN, and `most` of those that look alike.
#[must_use]
pub fn draw(records: &[Matched], most: usize, seed: u64, alike_by: LookAlike) -> Lots {
    let urn = |seed| Urn { records, seed, most, drawn: BinaryHeap::new() };
    let (mut joined, mut alike) = (urn(seed), urn(seed.wrapping_add(1)));
    let mut books: BTreeMap<BookId, Vec<usize>> = BTreeMap::new();
    let mut blocks: HashMap<String, Vec<usize>> = HashMap::new();
    for (place, record) in records.iter().enumerate() {
        books.entry(record.id).or_default().push(place);
        let main = fold::letters(title::parts(&record.title).main);
        let author = names::parse(&record.authors).into_iter().next().map(|name| fold::letters(&name.text));
        let keys = match (alike_by, author) {
            (LookAlike::Works, author) => {
                author.map(|author| format!("{main} {author}")).into_iter().collect()
            }
            (LookAlike::Records, Some(author)) if record.year != 0 => {
                vec![format!("title {main}"), format!("author {author} {}", record.year)]
            }
            (LookAlike::Records, _) => vec![format!("title {main}")],
        };
        keys.into_iter().for_each(|key: String| blocks.entry(key).or_default().push(place));
    }
    let by_number = |a: usize, b: usize| {
        let number = |place: usize| records.get(place).map_or(0, |record| record.isbn13);
        number(a) != 0 && number(a) == number(b)
    };
    for same in books.values() {
        pairs(same, |a, b| {
            if !by_number(a, b) {
                joined.put(a, b);
            }
        });
    }
    for block in blocks.values() {
        pairs(block, |a, b| {
            if !by_number(a, b) {
                alike.put(a, b);
            }
        });
    }
    let drawn = [(Lot::Joined, joined), (Lot::LookAlike, alike)];
    let mut drawn: Vec<(BookId, Lot, usize, usize)> = drawn
        .into_iter()
        .flat_map(|(lot, urn)| urn.drawn.into_iter().map(move |(number, a, b)| (number, lot, a, b)))
        .collect();
    drawn.sort_unstable();
    drawn.dedup_by_key(|drawn| (drawn.1, drawn.2, drawn.3));
    let (mut pairs, mut key) = (HEADER.to_owned(), KEY_HEADER.to_owned());
    for (pair, (_, lot, a, b)) in (1..).zip(&drawn) {
        let (Some(a), Some(b)) = (records.get(*a), records.get(*b)) else { continue };
        let isbn =
            |record: &Matched| if record.recorded == 0 { String::new() } else { record.recorded.to_string() };
        pairs.push_str(&format!("{pair}\t\t{}\t{}\n", told(a), told(b)));
        key.push_str(&format!(
            "{pair}\t{}\t{}\t{}\t{}\t{}:{}\t{}:{}\n",
            lot.name(),
            u8::from(a.id == b.id),
            isbn(a),
            isbn(b),
            a.file,
            a.line,
            b.file,
            b.line
        ));
    }
    Lots { pairs, key }
}

/// Reckons precision and recall of judged pairs: a verdict is `1` for one book, `0` for two, anything else for a pair that nobody can tell.
///
/// # Errors
/// Names the line that is not of these files.
pub fn score(judged: &str, key: &str) -> Result<Score, String> {
    let bad = |what: &str, line: usize| format!("line {line} of the {what} is not of a file of lots");
    let mut verdicts: HashMap<&str, &str> = HashMap::new();
    for (number, line) in judged.lines().enumerate().skip(1) {
        let mut cells = line.split('\t');
        let (pair, verdict) =
            cells.next().zip(cells.next()).ok_or_else(|| bad("judged pairs", number + 1))?;
        verdicts.insert(pair, verdict.trim());
    }
    let mut score = Score { precision: (0, 0), recall: (0, 0), wrong: Vec::new() };
    for (number, line) in key.lines().enumerate().skip(1) {
        let mut cells = line.split('\t');
        let (Some(pair), Some(lot), Some(joined)) = (cells.next(), cells.next(), cells.next()) else {
            return Err(bad("key", number + 1));
        };
        let is_same = match verdicts.get(pair) {
            Some(&"1") => true,
            Some(&"0") => false,
            _ => continue,
        };
        if lot == Lot::Joined.name() {
            score.precision.0 += usize::from(is_same);
            score.precision.1 += 1;
            if !is_same {
                score.wrong.push(pair.to_owned());
            }
        } else if is_same {
            score.recall.0 += usize::from(joined == "1");
            score.recall.1 += 1;
        }
    }
    Ok(score)
}

fn pairs(places: &[usize], mut each: impl FnMut(usize, usize)) {
    let places = places.get(..LARGEST_BLOCK).unwrap_or(places);
    for (number, a) in places.iter().enumerate() {
        places.iter().skip(number + 1).for_each(|b| each(*a, *b));
    }
}

/// The cells of a record that a judge sees.
fn told(record: &Matched) -> String {
    let year = if record.year == 0 { String::new() } else { record.year.to_string() };
    let day = record.registered.map(|day| day.to_string()).unwrap_or_default();
    [&record.title, &record.authors, &record.publisher, &record.volume, &year, &day, &record.library]
        .map(|text| text.replace(['\t', '\n'], " "))
        .join("\t")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(line: u32, id: u64, title: &str, recorded: u64) -> Matched {
        Matched {
            file: "가온.csv".to_owned(),
            line,
            isbn13: 0,
            recorded,
            id: BookId::made(id << 8),
            title: title.to_owned(),
            authors: "한가온".to_owned(),
            publisher: String::new(),
            volume: String::new(),
            year: 0,
            library: String::new(),
            registered: None,
        }
    }

    #[test]
    fn lots_are_drawn_alike_from_any_order_and_judged_by_the_key() {
        let records =
            [record(2, 1, "옛 서가", 11), record(3, 1, "옛 서가 : 동화", 12), record(4, 2, "옛 서가", 13)];
        let lots = draw(&records, 500, 7, LookAlike::Records);
        let mut turned = records.to_vec();
        turned.reverse();
        let again = draw(&turned, 500, 7, LookAlike::Records);
        assert_eq!((&lots.pairs, &lots.key), (&again.pairs, &again.key));
        let rows: Vec<Vec<&str>> = lots.key.lines().skip(1).map(|line| line.split('\t').collect()).collect();
        let count =
            |lot: &str, joined: &str| rows.iter().filter(|row| row[1] == lot && row[2] == joined).count();
        assert_eq!((count("joined", "1"), count("look_alike", "1"), count("look_alike", "0")), (1, 1, 2));
        assert!(!lots.pairs.contains("11\t"), "the judge sees no number");

        let all = |verdict: &str| lots.pairs.replace("\t\t옛", &format!("\t{verdict}\t옛"));
        assert_eq!(score(&all("1"), &lots.key).unwrap().precision, (1, 1));
        assert_eq!(score(&all("1"), &lots.key).unwrap().recall, (1, 3));
        assert_eq!(score(&all("0"), &lots.key).unwrap().wrong.len(), 1);
        assert_eq!(score(&all("?"), &lots.key).unwrap().recall, (0, 0));
        assert!(score("pair\nx\n", &lots.key).is_err());
    }

    #[test]
    fn lots_of_works_are_editions_of_one_author() {
        let book = |number: u64, title: &str, authors: &str| Book {
            id: BookId::isbn(9_790_000_000_000 + number),
            title: title.to_owned(),
            authors: authors.to_owned(),
            ..Book::default()
        };
        let books = vec![
            book(1, "옛 서가", "한가온"),
            book(2, "옛 서가 : 개정판", "한가온"),
            book(3, "옛 서가 : 2급", "한가온"),
            book(4, "옛 서가", "다른이"),
        ];
        let records = editions(&Catalogue { books, ..Catalogue::default() });
        let lots = draw(&records, 500, 7, LookAlike::Works);
        let rows: Vec<Vec<&str>> = lots.key.lines().skip(1).map(|line| line.split('\t').collect()).collect();
        let count =
            |lot: &str, joined: &str| rows.iter().filter(|row| row[1] == lot && row[2] == joined).count();
        assert_eq!((count("joined", "1"), count("look_alike", "1"), count("look_alike", "0")), (1, 1, 2));
    }
}
