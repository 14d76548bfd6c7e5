//! From choices to points: which books visitors pick for a query, and which they pick whatever they ask.
//!
//! Not the search (it adds the points, within a tier) and not a reader of files (`sources`). Counting only: no model is
//! trained. Invariants: the same choices give the same points in whatever order they come, in integers on every
//! machine; no clock is read, age counts from the newest choices; what fewer than `k` visitors did changes nothing.
//! `docs/RANKING.md` explains the figures, decision 0012 why they are these.

use std::collections::{BTreeMap, BTreeSet};

use seoga_index::book_id::BookId;

use crate::catalogue::{Catalogue, Date};

/// One pick, checked; whoever made it is a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The query, as its `seoga_search::choice_hash`; `None` where it has none.
    pub query: Option<u64>,
    /// The book picked.
    pub book: BookId,
    /// Who picked, the same number for the same `user_id`.
    pub visitor: u32,
    /// The day of the pick.
    pub day: Date,
    /// Where the book stood in the list, from 1, if that is known.
    pub rank: Option<u16>,
}

/// How much is learned from what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rules {
    /// Fewer distinct visitors than this change no order.
    pub k: u32,
    /// Picks on fewer days than this count for nothing.
    pub days: u32,
    /// A visitor who picks more on one day is a program: nothing of that visitor counts.
    pub most_a_day: u32,
    /// Days after which a pick counts half.
    pub half_life: u32,
    /// The most that a pick far down counts for, against one at rank 1.
    pub clip: u16,
    /// Visitors at whom a query's best book has half of the most points.
    pub half_visitors: u32,
    /// The most points a book gains for a query.
    pub most: u8,
    /// The most points a book gains whatever is asked.
    pub most_prior: u8,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            k: 5,
            days: 3,
            most_a_day: 100,
            half_life: 60,
            clip: 10,
            half_visitors: 5,
            most: 120,
            most_prior: 7,
        }
    }
}

/// Books with points for one query.
pub const BOOKS: usize = 10;
/// Queries with points, those of most visitors; the filter takes ten bits of the manifest for each.
pub const QUERIES: usize = 4_096;
/// Books with points whatever is asked, those of most points; each takes two or three bytes of the manifest.
pub const PRIOR_BOOKS: usize = 1_024;

/// Books with their points.
type Points = Vec<(BookId, u8)>;

/// Preferred books and priors, learned from picks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Learned {
    /// By the hash of a query: books and their points, ascending by id.
    pub queries: BTreeMap<u64, Points>,
    /// Books and their points whatever is asked.
    pub prior: BTreeMap<BookId, u8>,
}

/// Learns from choices what concerns books of `catalogue`.
#[must_use]
pub fn learn(choices: &[Choice], catalogue: &Catalogue, rules: &Rules) -> Learned {
    let known = |id: &BookId| catalogue.books.binary_search_by_key(id, |book| book.id).is_ok();
    let busy = busy(choices, rules);
    let counts = |choice: &&Choice| known(&choice.book) && !busy.contains(&choice.visitor);
    let mut choices: Vec<Choice> = choices.iter().filter(counts).copied().collect();
    // Of several picks of one visitor the newest counts, and of those the one that says least.
    choices.sort_unstable_by_key(|choice| {
        (choice.query, choice.book, choice.visitor, std::cmp::Reverse(choice.day), weight(choice, rules))
    });
    let mut asked = choices.clone();
    asked.retain(|choice| choice.query.is_some());
    asked.dedup_by_key(|choice| (choice.query, choice.book, choice.visitor));
    choices.sort_unstable_by_key(|choice| {
        (choice.book, choice.visitor, std::cmp::Reverse(choice.day), weight(choice, rules))
    });
    choices.dedup_by_key(|choice| (choice.book, choice.visitor));
    // What too few did goes before anything is counted.
    let asked = of_enough(&asked, |choice| (choice.query, choice.book), rules);
    let picked = of_enough(&choices, |choice| (None, choice.book), rules);
    let Some(now) = now(asked.iter().chain(&picked), rules) else { return Learned::default() };
    let decay = Decay::new(rules.half_life);
    let count = |picks: &[Choice]| PickCounts::of(picks, now, &decay, rules);

    let mut queries: Vec<(u32, u64, Points)> = Vec::new();
    for of_query in asked.chunk_by(|a, b| a.query == b.query) {
        let counted: Vec<PickCounts> = of_query.chunk_by(|a, b| a.book == b.book).filter_map(count).collect();
        let points = points(&counted, rules);
        if let (Some(hash), false) = (of_query.first().and_then(|choice| choice.query), points.is_empty()) {
            queries.push((counted.iter().map(|book| book.visitors).sum(), hash, points));
        }
    }
    queries.sort_unstable_by(|a, b| b.0.cmp(&a.0).then(a.1.cmp(&b.1)));
    queries.truncate(QUERIES);

    let mut prior: Vec<PickCounts> = picked.chunk_by(|a, b| a.book == b.book).filter_map(count).collect();
    prior.sort_unstable_by(|a, b| b.weight.cmp(&a.weight).then(a.book.cmp(&b.book)));
    prior.truncate(PRIOR_BOOKS);
    let prior = prior.iter().map(|book| (book.book, prior_points(book.weight, rules)));
    Learned {
        queries: queries.into_iter().map(|(_, hash, points)| (hash, points)).collect(),
        prior: prior.filter(|(_, points)| *points > 0).collect(),
    }
}

/// Visitors who picked more on one day than a person does.
fn busy(choices: &[Choice], rules: &Rules) -> BTreeSet<u32> {
    let mut days: Vec<(u32, Date)> = choices.iter().map(|choice| (choice.visitor, choice.day)).collect();
    days.sort_unstable();
    let days = days.chunk_by(|a, b| a == b).filter(|picks| picks.len() as u64 > u64::from(rules.most_a_day));
    days.filter_map(|picks| picks.first()).map(|(visitor, _)| *visitor).collect()
}

/// The picks of groups (neighbours with the same key, one pick a visitor) of enough visitors on enough days.
fn of_enough(
    choices: &[Choice],
    key: impl Fn(&Choice) -> (Option<u64>, BookId),
    rules: &Rules,
) -> Vec<Choice> {
    let groups = choices.chunk_by(|a, b| key(a) == key(b));
    let enough = |picks: &&[Choice]| {
        let days: BTreeSet<Date> = picks.iter().map(|pick| pick.day).collect();
        picks.len() as u64 >= u64::from(rules.k) && days.len() as u64 >= u64::from(rules.days)
    };
    groups.filter(enough).flatten().copied().collect()
}

/// The day from which ages count: the newest on which, with the days after it, at least `k` visitors picked, so that
/// nobody alone makes all picks old. `None` where nothing counts.
fn now<'a>(choices: impl Iterator<Item = &'a Choice>, rules: &Rules) -> Option<Date> {
    let mut by_day: Vec<(Date, u32)> = choices.map(|choice| (choice.day, choice.visitor)).collect();
    by_day.sort_unstable_by_key(|(day, visitor)| (std::cmp::Reverse(*day), *visitor));
    let mut visitors = BTreeSet::new();
    by_day.into_iter().find_map(|(day, visitor)| {
        visitors.insert(visitor);
        (visitors.len() >= rules.k.max(1) as usize).then_some(day)
    })
}

/// Weighs a pick by its position: 1 / propensity, the propensity of being examined being 1 / rank.
fn weight(choice: &Choice, rules: &Rules) -> u16 {
    choice.rank.unwrap_or(1).clamp(1, rules.clip.max(1))
}

/// One, in the fixed point of weights.
const ONE: u64 = 1 << 16;

/// Decays a pick's weight with age: 2^(-days / half life).
#[derive(Debug)]
struct Decay {
    half_life: u32,
    /// The weight after 0, 1, … days, up to one half life.
    parts: Vec<u64>,
}

impl Decay {
    /// The root of one half is found by bisection in whole numbers, so that no machine rounds it otherwise.
    fn new(half_life: u32) -> Self {
        let half_life = half_life.max(1);
        let power = |base: u64, times: u32| (0..times).fold(1u64 << 32, |power, _| (power * base) >> 32);
        let (mut low, mut high) = (1u64 << 31, 1u64 << 32);
        while high - low > 1 {
            let middle = low.midpoint(high);
            if power(middle, half_life) > 1 << 31 { high = middle } else { low = middle }
        }
        Self { half_life, parts: (0..half_life).map(|days| power(low, days) >> 16).collect() }
    }

    /// In units of [`ONE`].
    fn after(&self, days: u32) -> u64 {
        let part = self.parts.get((days % self.half_life) as usize).copied().unwrap_or(0);
        part.checked_shr(days / self.half_life).unwrap_or(0)
    }
}

/// Picks of one book.
#[derive(Debug, Clone, Copy)]
struct PickCounts {
    book: BookId,
    visitors: u32,
    /// Visitors, the older ones for less; in units of [`ONE`].
    fresh: u64,
    /// Visitors as `fresh` counts them, those who found the book far down for more.
    weight: u64,
}

impl PickCounts {
    /// Counts picks of one book, one a visitor; `None` for none.
    fn of(picks: &[Choice], now: Date, decay: &Decay, rules: &Rules) -> Option<Self> {
        let days: BTreeSet<Date> = picks.iter().map(|pick| pick.day).collect();
        let first = picks.first()?;
        let visitors = u32::try_from(picks.len()).unwrap_or(u32::MAX);
        let decays: BTreeMap<Date, u64> = days
            .into_iter()
            .map(|day| {
                let age = now.days_since_1970() - day.days_since_1970();
                (day, decay.after(u32::try_from(age).unwrap_or(0)))
            })
            .collect();
        let (mut fresh, mut sum) = (0, 0);
        for pick in picks {
            let decay = decays.get(&pick.day).copied().unwrap_or(0);
            fresh += decay;
            sum += decay * u64::from(weight(pick, rules));
        }
        Some(Self { book: first.book, visitors, fresh, weight: sum })
    }
}

/// Points of the books picked for one query, ascending by id: a book's share of the best book's weight, times how
/// many visitors say so.
fn points(books: &[PickCounts], rules: &Rules) -> Points {
    let best = u128::from(books.iter().map(|book| book.weight).max().unwrap_or(0)).max(1);
    let point = |book: &PickCounts| {
        let some = u128::from(rules.half_visitors) * u128::from(ONE) + u128::from(book.fresh);
        let of = u128::from(rules.most) * u128::from(book.weight) * u128::from(book.fresh);
        u8::try_from(of / (best * some.max(1))).unwrap_or(rules.most)
    };
    let mut points: Vec<(BookId, u8, u64)> =
        books.iter().map(|book| (book.book, point(book), book.weight)).collect();
    points.retain(|(_, points, _)| *points > 0);
    points.sort_unstable_by(|a, b| (b.1, b.2).cmp(&(a.1, a.2)).then(a.0.cmp(&b.0)));
    points.truncate(BOOKS);
    points.sort_unstable();
    points.into_iter().map(|(book, points, _)| (book, points)).collect()
}

/// A point for each doubling of the weight, the first at four visitors.
fn prior_points(weight: u64, rules: &Rules) -> u8 {
    let doublings = (weight / ONE).checked_ilog2().unwrap_or(0);
    u8::try_from(doublings.saturating_sub(1)).unwrap_or(u8::MAX).min(rules.most_prior)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::Book;
    use proptest::prelude::*;

    const FIRST: u64 = 9_780_000_000_000;

    fn catalogue(books: u64) -> Catalogue {
        let book = |n: u64| Book { id: BookId::isbn(FIRST + n), title: n.to_string(), ..Book::default() };
        Catalogue { books: (0..books).map(book).collect(), ..Catalogue::default() }
    }

    fn day(day: i32) -> Date {
        Date::from_days_since_1970(20_000 + day).unwrap()
    }

    fn pick(visitor: u32, book: u64, rank: u16, on: i32) -> Choice {
        Choice { query: Some(7), book: BookId::isbn(FIRST + book), visitor, day: day(on), rank: Some(rank) }
    }

    /// So many visitors, on three days in turn.
    fn visitors(from: u32, count: u32, book: u64, rank: u16) -> Vec<Choice> {
        (from..from + count).map(|visitor| pick(visitor, book, rank, (visitor % 3) as i32)).collect()
    }

    fn learned(choices: &[Choice]) -> Learned {
        learn(choices, &catalogue(20), &Rules::default())
    }

    fn points_of(choices: &[Choice], book: u64) -> u8 {
        let points = learned(choices).queries.remove(&7).unwrap_or_default();
        points.iter().find(|(id, _)| *id == BookId::isbn(FIRST + book)).map_or(0, |(_, points)| *points)
    }

    #[test]
    fn fewer_than_k_visitors_teach_nothing_however_often_they_pick() {
        let flood: Vec<Choice> =
            (0..100_000u32).map(|n| pick(n % 4, u64::from(n / 4 % 20), 9, (n % 50) as i32)).collect();
        assert_eq!(learned(&flood), Learned::default());
        assert_ne!(learned(&visitors(0, 5, 1, 1)), Learned::default());
    }

    #[test]
    fn a_visitor_who_picks_all_day_counts_for_nothing() {
        let people = visitors(0, 20, 1, 1);
        let flood: Vec<Choice> =
            (0..3_000u32).map(|n| pick(1_000 + n % 3, u64::from(n % 20), 10, (n / 3 % 9) as i32)).collect();
        assert_eq!(learned(&[people.clone(), flood].concat()), learned(&people));
    }

    #[test]
    fn picks_of_two_days_teach_nothing() {
        let picks: Vec<Choice> = (0..50).map(|visitor| pick(visitor, 1, 1, (visitor % 2) as i32)).collect();
        assert_eq!(learned(&picks), Learned::default());
    }

    #[test]
    fn a_visitor_counts_once_a_query_and_book() {
        let once = visitors(0, 8, 1, 2);
        let often: Vec<Choice> = once.iter().flat_map(|pick| [*pick; 30]).collect();
        assert_eq!(learned(&often), learned(&once));
    }

    #[test]
    fn a_pick_far_down_says_more_than_one_at_the_top_up_to_a_bound() {
        let with = |rank: u16| [visitors(0, 20, 1, 1), visitors(100, 20, 2, rank)].concat();
        assert_eq!(points_of(&with(1), 1), points_of(&with(1), 2));
        assert!(points_of(&with(8), 2) > 4 * points_of(&with(8), 1));
        assert_eq!(learned(&with(10)), learned(&with(900)));
    }

    #[test]
    fn a_pick_of_a_half_life_ago_counts_half() {
        let decay = Decay::new(60);
        assert_eq!(decay.after(0), ONE);
        assert_eq!(decay.after(60), ONE / 2);
        assert_eq!(decay.after(120), ONE / 4);
        assert!(decay.after(30).abs_diff((f64::from(ONE as u32) / 2f64.sqrt()) as u64) <= 1);
        assert_eq!(decay.after(u32::MAX), 0);
        let old: Vec<Choice> =
            (0..12).map(|visitor| pick(visitor, 1, 1, (visitor % 3) as i32 - 200)).collect();
        let fresh = visitors(100, 12, 2, 1);
        assert!(points_of(&[fresh.clone(), old].concat(), 1) * 4 < points_of(&fresh, 2));
    }

    #[test]
    fn one_date_far_ahead_makes_nothing_old() {
        let picks = visitors(0, 20, 1, 1);
        let ahead = [picks.clone(), vec![pick(99, 2, 1, 9_000)]].concat();
        assert_eq!(learned(&ahead), learned(&picks));
    }

    #[test]
    fn books_that_left_the_catalogue_count_for_nothing() {
        let picks = visitors(0, 9, 1, 1);
        let gone = [picks.clone(), visitors(0, 2_000, 77, 10)].concat();
        assert_eq!(learned(&gone), learned(&picks));
    }

    fn any_choice() -> impl Strategy<Value = Choice> {
        (0u64..3, 0u64..6, 0u32..40, 0i32..9, prop::option::of(1u16..40)).prop_map(
            |(query, book, visitor, on, rank)| Choice {
                query: (query > 0).then_some(query),
                book: BookId::isbn(FIRST + book),
                visitor,
                day: day(on),
                rank,
            },
        )
    }

    proptest! {
        #[test]
        fn the_order_of_choices_changes_nothing_and_bounds_hold(
            choices in prop::collection::vec(any_choice(), 0..400), turn: prop::sample::Index
        ) {
            let expected = learned(&choices);
            let mut turned = choices.clone();
            let by = if turned.is_empty() { 0 } else { turn.index(turned.len()) };
            turned.rotate_left(by);
            turned.reverse();
            prop_assert_eq!(&learned(&turned), &expected);
            let rules = Rules::default();
            for (hash, books) in &expected.queries {
                prop_assert!(books.len() <= BOOKS && books.is_sorted());
                for (id, points) in books {
                    prop_assert!(*points <= rules.most);
                    let who: BTreeSet<u32> = choices
                        .iter()
                        .filter(|choice| choice.query == Some(*hash) && choice.book == *id)
                        .map(|choice| choice.visitor)
                        .collect();
                    prop_assert!(who.len() >= rules.k as usize);
                }
            }
            prop_assert!(expected.prior.values().all(|points| *points <= rules.most_prior));
        }

        #[test]
        fn visitors_fewer_than_k_beside_others_change_nothing(
            others in prop::collection::vec(any_choice(), 0..300),
            few in prop::collection::vec((1u64..3, 6u64..20, 50u32..54, 0i32..9, 1u16..40), 0..200)
        ) {
            // Books that nobody else picks, so that these visitors are all they have.
            let few = few.into_iter().map(|(query, book, visitor, on, rank)| {
                Choice { query: Some(query), ..pick(visitor, book, rank, on) }
            });
            let all: Vec<Choice> = others.iter().copied().chain(few).collect();
            prop_assert_eq!(learned(&all), learned(&others));
        }
    }
}
