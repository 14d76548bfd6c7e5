//! Counts of choices that say nothing of fewer than `k` visitors. No files, no printing.
//!
//! A visitor is a user id. Invariants: every group that comes out has `k` visitors or more; no total comes out from which
//! groups could be subtracted to learn of a smaller one: shares are of what is shown, words are counted in questions that are not
//! shown themselves, and when those who picked other books than the ones shown are fewer than `k`, their picks are in no other count
//! either. infra/aws/analysis.yaml has the same counts as queries.

use std::collections::{BTreeMap, BTreeSet};

use index_builder::interner::Interner;
use seoga_index::book_id::BookId;
use seoga_search::book_view::isbn13;
use serde::Serialize;

use crate::choices::line::ExportLine;

/// The last rank that is counted by itself, and the last of those counted together before the rest.
const SINGLE_RANKS: u32 = 10;
const LISTED_RANKS: u32 = 20;

/// The choices of a period, told apart by numbers.
#[derive(Debug, Default)]
pub(super) struct Choices {
    visitors: Interner,
    books: Interner,
    questions: Interner,
    picks: Vec<Pick>,
    wishes: Vec<Wish>,
}

#[derive(Debug)]
struct Pick {
    visitor: u32,
    book: u32,
    rank: Option<u32>,
}

/// A question that none of the answer's books answered.
#[derive(Debug)]
struct Wish {
    visitor: u32,
    /// Its words, in order and each once, parted by a space; `None` where it had none.
    words: Option<u32>,
    /// The first digits of the classes asked for, each once.
    classes: BTreeSet<u8>,
}

/// The counts.
#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Counts {
    /// Books picked, those of most visitors first.
    pub(super) books: Vec<Book>,
    pub(super) ranks: Ranks,
    /// Questions without a book that was wanted, by their words in any order.
    pub(super) questions: Vec<Question>,
    /// Words of the other such questions.
    pub(super) words: Vec<Word>,
    /// Main classes to which such questions were narrowed.
    pub(super) classes: Vec<Class>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Book {
    /// Its id, which is its ISBN where it has one.
    pub(super) id: String,
    /// Its ISBN, where it has one.
    pub(super) isbn13: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) title: Option<String>,
    pub(super) visitors: usize,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Question {
    pub(super) words: Vec<String>,
    pub(super) visitors: usize,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Word {
    pub(super) word: String,
    pub(super) visitors: usize,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Class {
    /// A digit: the main class of the KDC.
    pub(super) class: String,
    pub(super) visitors: usize,
}

/// Picks by the place in the list at which the book stood.
#[derive(Debug, Default, PartialEq, Serialize)]
pub(super) struct Ranks {
    pub(super) cells: Vec<Cell>,
    /// The share, of the picks in the cells, of those at rank 1; `None` without any.
    pub(super) first: Option<f64>,
    /// The share of those at ranks 1 to 10.
    pub(super) first_ten: Option<f64>,
    /// The mean of 1 / rank lies between these two.
    pub(super) mean_reciprocal_rank: Option<[f64; 2]>,
}

#[derive(Debug, PartialEq, Serialize)]
pub(super) struct Cell {
    pub(super) from: u32,
    /// `None` for all that follow.
    pub(super) to: Option<u32>,
    pub(super) picks: usize,
    pub(super) visitors: usize,
}

impl Choices {
    pub(super) fn add(&mut self, line: &ExportLine) {
        let visitor = self.visitors.number(line.user_id.as_bytes());
        match &line.id {
            Some(id) => {
                let book = self.books.number(id.as_bytes());
                self.picks.push(Pick { visitor, book, rank: line.rank.filter(|rank| *rank > 0) });
            }
            None => {
                let words: BTreeSet<&str> = line.query.split(' ').filter(|word| !word.is_empty()).collect();
                let words = words.into_iter().collect::<Vec<_>>().join(" ");
                let words = (!words.is_empty()).then(|| self.questions.number(words.as_bytes()));
                let classes = line.class.iter().chain(line.classes.iter().flatten());
                let classes = classes.filter_map(|class| class.bytes().next()).collect();
                self.wishes.push(Wish { visitor, words, classes });
            }
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.picks.is_empty() && self.wishes.is_empty()
    }

    /// Counts what `k` visitors or more share.
    pub(super) fn counts(&self, k: usize) -> Counts {
        let books = shared(self.picks.iter().map(|pick| (self.books.text(pick.book), pick.visitor)), k);
        let asked = |wish: &Wish| Some((self.questions.text(wish.words?), wish.visitor));
        let questions = shared(self.wishes.iter().filter_map(asked), k);
        let shown: BTreeSet<&str> = questions.iter().map(|(words, _)| *words).collect();
        let rest = self.wishes.iter().filter_map(asked).filter(|(words, _)| !shown.contains(words));
        let words =
            shared(rest.flat_map(|(words, visitor)| words.split(' ').map(move |word| (word, visitor))), k);
        let narrowed =
            |wish: &'_ Wish| wish.classes.iter().map(|class| (*class, wish.visitor)).collect::<Vec<_>>();
        let classes = shared(self.wishes.iter().flat_map(narrowed), k);
        let listed = books.iter().map(|(id, _)| *id).collect();
        Counts {
            ranks: self.ranks(&listed, k),
            books: each(books, |id, visitors| Book {
                id: id.to_owned(),
                isbn13: BookId::parse(id).and_then(isbn13),
                title: None,
                visitors,
            }),
            questions: each(questions, |words, visitors| Question {
                words: words.split(' ').map(str::to_owned).collect(),
                visitors,
            }),
            words: each(words, |word, visitors| Word { word: word.to_owned(), visitors }),
            classes: each(classes, |class, visitors| Class {
                class: char::from(class).to_string(),
                visitors,
            }),
        }
    }

    fn ranks(&self, listed: &BTreeSet<&str>, k: usize) -> Ranks {
        let is_listed = |pick: &&Pick| listed.contains(self.books.text(pick.book));
        let others: BTreeSet<u32> =
            self.picks.iter().filter(|pick| !is_listed(pick)).map(|pick| pick.visitor).collect();
        let all = others.len() >= k;
        let mut cells: BTreeMap<u32, (usize, BTreeSet<u32>)> = BTreeMap::new();
        for pick in self.picks.iter().filter(|pick| all || is_listed(pick)) {
            let Some(rank) = pick.rank else { continue };
            let cell = cells.entry(cell(rank)).or_default();
            cell.0 += 1;
            cell.1.insert(pick.visitor);
        }
        cells.retain(|_, (_, visitors)| visitors.len() >= k);
        let cells = cells.into_iter().map(|(from, (picks, visitors))| {
            let to = match from {
                from if from <= SINGLE_RANKS => Some(from),
                from if from <= LISTED_RANKS => Some(LISTED_RANKS),
                _ => None,
            };
            Cell { from, to, picks, visitors: visitors.len() }
        });
        Ranks::of(cells.collect())
    }
}

impl Ranks {
    /// Works out the shares of cells.
    fn of(cells: Vec<Cell>) -> Self {
        let sum =
            |of: &dyn Fn(&Cell) -> f64| cells.iter().map(|cell| cell.picks as f64 * of(cell)).sum::<f64>();
        let all = sum(&|_| 1.0);
        if cells.is_empty() {
            return Self::default();
        }
        let up_to = |last: u32| sum(&|cell| if cell.from <= last { 1.0 } else { 0.0 }) / all;
        let low = sum(&|cell| cell.to.map_or(0.0, |to| 1.0 / f64::from(to))) / all;
        let high = sum(&|cell| 1.0 / f64::from(cell.from)) / all;
        Self {
            first: Some(up_to(1)),
            first_ten: Some(up_to(SINGLE_RANKS)),
            mean_reciprocal_rank: Some([low, high]),
            cells,
        }
    }
}

/// The first rank of the cell in which a rank is counted.
fn cell(rank: u32) -> u32 {
    match rank {
        rank if rank <= SINGLE_RANKS => rank,
        rank if rank <= LISTED_RANKS => SINGLE_RANKS + 1,
        _ => LISTED_RANKS + 1,
    }
}

/// The groups of `k` visitors or more, those of most visitors first, and in the order of their names among equals.
fn shared<K: Ord>(members: impl Iterator<Item = (K, u32)>, k: usize) -> Vec<(K, usize)> {
    let mut groups: BTreeMap<K, BTreeSet<u32>> = BTreeMap::new();
    for (group, visitor) in members {
        groups.entry(group).or_default().insert(visitor);
    }
    let enough = groups.into_iter().filter(|(_, visitors)| visitors.len() >= k);
    let mut counted: Vec<_> = enough.map(|(group, visitors)| (group, visitors.len())).collect();
    counted.sort_by_key(|(_, visitors)| std::cmp::Reverse(*visitors));
    counted
}

fn each<K, T>(groups: Vec<(K, usize)>, row: impl Fn(K, usize) -> T) -> Vec<T> {
    groups.into_iter().map(|(group, visitors)| row(group, visitors)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pick(user: u32, isbn13: u32, rank: Option<u32>) -> ExportLine {
        ExportLine {
            user_id: format!("u{user}"),
            query_id: String::new(),
            id: Some(format!("978{isbn13:010}")),
            isbn13: Some(format!("978{isbn13:010}")),
            query: "책".to_owned(),
            libraries: Some(Vec::new()),
            class: None,
            classes: None,
            rank,
            generation: String::new(),
            chosen_at: "2026-11-29T01:02:03Z".to_owned(),
        }
    }

    fn wish(user: u32, query: &str, class: Option<&str>) -> ExportLine {
        ExportLine {
            id: None,
            isbn13: None,
            query: query.to_owned(),
            class: class.map(str::to_owned),
            ..pick(user, 0, None)
        }
    }

    fn counts(lines: &[ExportLine], k: usize) -> Counts {
        let mut choices = Choices::default();
        lines.iter().for_each(|line| choices.add(line));
        choices.counts(k)
    }

    #[test]
    fn ranks_are_shared_out_and_bounded() {
        let mut lines: Vec<_> = (0..5).map(|user| pick(user, 1, Some(1))).collect();
        lines.extend((0..5).map(|user| pick(user, 2, Some(4))));
        lines.extend((0..5).map(|user| pick(user, 3, Some(12))));
        // Four visitors, and none that is known: neither is counted.
        lines.extend((0..4).map(|user| pick(user, 1, Some(2))));
        lines.push(pick(9, 1, None));
        let ranks = counts(&lines, 5).ranks;
        let cells: Vec<_> = ranks.cells.iter().map(|cell| (cell.from, cell.to, cell.picks)).collect();
        assert_eq!(cells, [(1, Some(1), 5), (4, Some(4), 5), (11, Some(20), 5)]);
        assert_eq!((ranks.first, ranks.first_ten), (Some(1.0 / 3.0), Some(2.0 / 3.0)));
        let [low, high] = ranks.mean_reciprocal_rank.unwrap();
        assert!((low - (1.0 + 0.25 + 0.05) / 3.0).abs() < 1e-9, "{low}");
        assert!((high - (1.0 + 0.25 + 1.0 / 11.0) / 3.0).abs() < 1e-9, "{high}");
    }

    #[test]
    fn words_are_counted_in_questions_that_are_not_shown() {
        let mut lines: Vec<_> = (0..5).map(|user| wish(user, "양자 컴퓨터", Some("420"))).collect();
        // In another order it is the same question.
        lines.push(wish(5, "컴퓨터 양자 양자", None));
        lines.extend((10..14).map(|user| wish(user, &format!("양자 역학{user}"), Some("4"))));
        let four = counts(&lines, 5);
        assert_eq!(four.questions, [Question { words: vec!["양자".into(), "컴퓨터".into()], visitors: 6 }]);
        assert_eq!(four.words, []);
        assert_eq!(four.classes, [Class { class: "4".into(), visitors: 9 }]);
        // Several classes of one wish count in each main class, once.
        let mut several = lines.clone();
        let both = ["005", "420", "430"].map(str::to_owned).to_vec();
        several.push(ExportLine { classes: Some(both), ..wish(20, "광자", None) });
        assert_eq!(counts(&several, 5).classes, [Class { class: "4".into(), visitors: 10 }]);
        assert_eq!(counts(&several, 1).classes.len(), 2);
        lines.push(wish(14, "양자 얽힘", None));
        assert_eq!(counts(&lines, 5).words, [Word { word: "양자".into(), visitors: 5 }]);
    }

    /// Visitors who picked other books than those shown, fewer than `k`: nothing is to be learned of them by subtraction.
    #[test]
    fn picks_of_books_that_too_few_picked_are_in_no_other_count() {
        let mut lines: Vec<_> = (0..6).map(|user| pick(user, 1, Some(1))).collect();
        let without = counts(&lines, 5);
        lines.extend((0..4).map(|user| pick(user, 2 + user, Some(1))));
        assert_eq!(counts(&lines, 5), without);
        // Of five it says so much as that they are.
        lines.push(pick(4, 9, Some(1)));
        assert_eq!(counts(&lines, 5).ranks.cells[0].picks, 11);
    }

    /// A visitor, what was asked or picked, of few words and books so that groups come to be.
    fn any_line() -> impl Strategy<Value = ExportLine> {
        let word = || prop::sample::select(vec!["가", "나", "다", "라", "마", "바"]);
        let query = prop::collection::vec(word(), 0..4);
        let class = prop::option::of(prop::sample::select(vec!["0", "005", "813.7"]));
        prop_oneof![
            (0..12u32, 0..8u32, prop::option::of(0..30u32))
                .prop_map(|(user, book, rank)| pick(user, book, rank)),
            (0..12u32, query, class).prop_map(|(user, query, class)| wish(user, &query.join(" "), class)),
        ]
    }

    fn visitors(lines: &[ExportLine], of: impl Fn(&ExportLine) -> bool) -> usize {
        lines.iter().filter(|line| of(line)).map(|line| &line.user_id).collect::<BTreeSet<_>>().len()
    }

    fn words(line: &ExportLine) -> BTreeSet<&str> {
        line.query.split(' ').collect()
    }

    proptest! {
        #[test]
        fn whatever_comes_out_is_shared_by_k_visitors(
            lines in prop::collection::vec(any_line(), 0..120),
            k in 3..7usize,
        ) {
            let counts = counts(&lines, k);
            for book in &counts.books {
                let picked = visitors(&lines, |line| line.id.as_deref() == Some(&book.id));
                prop_assert!(picked == book.visitors && picked >= k, "{:?}", book);
            }
            let wished = |line: &ExportLine| line.id.is_none();
            for question in &counts.questions {
                let of: BTreeSet<&str> = question.words.iter().map(String::as_str).collect();
                let asked = visitors(&lines, |line| wished(line) && words(line) == of);
                prop_assert!(asked == question.visitors && asked >= k, "{:?}", question);
            }
            // Words shown and questions shown have no choice in common: neither can be subtracted from the other.
            let shown: Vec<BTreeSet<&str>> =
                counts.questions.iter().map(|one| one.words.iter().map(String::as_str).collect()).collect();
            for word in &counts.words {
                let asked = visitors(&lines, |line| {
                    wished(line) && words(line).contains(word.word.as_str()) && !shown.contains(&words(line))
                });
                prop_assert!(asked == word.visitors && asked >= k, "{:?}", word);
            }
            for class in &counts.classes {
                let narrowed = visitors(&lines, |line| {
                    wished(line) && line.class.as_deref().is_some_and(|of| of.starts_with(&class.class))
                });
                prop_assert!(narrowed == class.visitors && narrowed >= k, "{:?}", class);
            }
            for cell in &counts.ranks.cells {
                let within = |rank: u32| cell.from <= rank && cell.to.is_none_or(|to| rank <= to);
                prop_assert!(visitors(&lines, |line| line.rank.is_some_and(within)) >= cell.visitors);
                prop_assert!(cell.visitors >= k && cell.picks >= cell.visitors, "{:?}", cell);
            }
            // No total: what is outside of the books shown is nobody's, or `k` visitors'.
            let outside = visitors(&lines, |line| {
                line.id.as_ref().is_some_and(|id| !counts.books.iter().any(|book| book.id == *id))
            });
            let within: usize = counts.ranks.cells.iter().map(|cell| cell.picks).sum();
            let picks = lines.iter().filter(|line| {
                line.id.as_ref().is_some_and(|id| counts.books.iter().any(|book| book.id == *id))
            });
            prop_assert!(outside >= k || within <= picks.count());
        }

        /// Whatever the words of fewer than `k` visitors are, nothing changes: nothing can be learned of them.
        #[test]
        fn words_of_too_few_leave_no_trace(
            lines in prop::collection::vec(any_line(), 0..120),
            k in 3..7usize,
            few in prop::collection::vec((0..2u32, "[ㄱ-ㅎ]{1,3}", prop::option::of(0..9u32)), 0..8),
        ) {
            let with = |words: &dyn Fn(&str) -> String| {
                let mut lines = lines.clone();
                lines.extend(few.iter().map(|(user, word, _)| wish(90 + user, &words(word), None)));
                counts(&lines, k)
            };
            let told = with(&|word| word.to_owned());
            prop_assert_eq!(&told, &with(&|word| format!("x{word} y{word}")));
            prop_assert_eq!(&told, &counts(&lines, k));
        }
    }
}
