//! The visit planner: the fewest libraries that hold everything on a list. It knows numbers of libraries and books, no names.
//!
//! The best plan has the fewest libraries; of those, the most of the visitor's own; then libraries in the order of the
//! visitor's own, then those that hold more of the list, then by number. Libraries whose books another one of a better
//! place holds as well never stand in a best plan and are dropped first. What is left is searched to its end where it is
//! [`EXACT`] libraries or fewer, else until [`STEPS`] steps are done; [`Plan::exact`] says whether the plan is proven.
//!
//! Other plans of as few libraries are found by a search of their own, as a dropped library may be in one: [`alternatives`].
//!
//! Invariant: every book that any library holds is at exactly one stop, and no stop is without a book.

use seoga_text::sorting;

/// Books on a list at most: each is a bit.
pub const MOST_BOOKS: usize = 64;
/// Libraries, after dropping, up to which the best plan is always found.
pub const EXACT: usize = 24;
/// Steps of the search beyond that.
pub const STEPS: u32 = 20_000;

/// Plans at most, the best one among them.
pub const MOST_PLANS: usize = 3;
/// Steps of the search for other plans.
pub const OTHER_STEPS: u32 = 5_000;

/// A plan: the books to fetch at each library.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Plan {
    /// The libraries, the visitor's own first.
    pub stops: Vec<Stop>,
    /// Books that no library holds, as places on the list.
    pub nowhere: Vec<usize>,
    /// Whether no plan of fewer libraries exists; else it is the best one found.
    pub exact: bool,
    /// Steps the search took.
    pub steps: u32,
}

/// A library and what to fetch there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// The library's number.
    pub library: u16,
    /// The books, as places on the list.
    pub books: Vec<usize>,
}

/// A library that holds books of the list.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    library: u16,
    /// Its place among the visitor's own; all others have the greatest.
    own: usize,
    /// The books it holds, a bit each.
    books: u64,
}

impl Candidate {
    /// Ranks a library; less is better.
    fn place(&self) -> (usize, u32, u16) {
        (self.own, u32::MAX - self.books.count_ones(), self.library)
    }
}

/// Plans a visit. `books`: of each book the numbers of the libraries that hold it; those behind [`MOST_BOOKS`] are left
/// out. `own`: the visitor's own libraries, the dearest first.
#[must_use]
pub fn plan(books: &[Vec<u16>], own: &[u16]) -> Plan {
    let candidates = candidates(books, own);
    let held = candidates.iter().fold(0, |all, candidate| all | candidate.books);
    let nowhere = (0..books.len().min(MOST_BOOKS)).filter(|book| held >> book & 1 == 0).collect();
    let kept = undominated(candidates);
    let greedy = greedy(&kept, held);
    let (kept, cut) = within_bits(kept, &greedy);
    let mut search = BranchAndBound::new(&kept, own.len());
    search.best = kept
        .iter()
        .zip(0..)
        .fold(0, |best, (candidate, bit)| best | u64::from(greedy.contains(&candidate.library)) << bit);
    search.limit = if kept.len() <= EXACT { u32::MAX } else { STEPS };
    search.go(held, 0, 0);
    let stops = stops(&kept, search.best, held);
    Plan { stops, nowhere, exact: !cut && search.steps < search.limit, steps: search.steps }
}

/// Finds further plans of as many libraries as `plan` has, in the same order, so that all together are [`MOST_PLANS`] at most; those
/// found within [`OTHER_STEPS`].
#[must_use]
pub fn alternatives(books: &[Vec<u16>], own: &[u16], plan: &Plan) -> Vec<Vec<Stop>> {
    let candidates = candidates(books, own);
    let held = candidates.iter().fold(0, |all, candidate| all | candidate.books);
    let chosen: Vec<u16> = plan.stops.iter().map(|stop| stop.library).collect();
    let (kept, _) = within_bits(candidates, &chosen);
    let mut search = BranchAndBound::new(&kept, own.len());
    search.limit = OTHER_STEPS;
    let mut best = Vec::new();
    if !chosen.is_empty() {
        search.all(held, 0, 0, (chosen.len() as u32, &mut best));
    }
    let set = |set: &u64| stops(&kept, *set, held);
    let same = |stops: &Vec<Stop>| stops.iter().map(|stop| stop.library).eq(chosen.iter().copied());
    best.iter().map(set).filter(|stops| !same(stops)).take(MOST_PLANS - 1).collect()
}

/// Plans a visit that fetches at the visitor's own libraries whatever they hold, and the rest at the fewest others; `None` where
/// they hold nothing.
#[must_use]
pub fn own_first(books: &[Vec<u16>], own: &[u16]) -> Option<Vec<Stop>> {
    let at = |wanted: bool| -> Vec<Vec<u16>> {
        let is_own = |library: &&u16| own.contains(library);
        let of = |libraries: &Vec<u16>| match (wanted, libraries.iter().any(|library| own.contains(library)))
        {
            (true, _) => libraries.iter().filter(is_own).copied().collect(),
            (false, false) => libraries.clone(),
            (false, true) => Vec::new(),
        };
        books.iter().map(of).collect()
    };
    let mut stops = plan(&at(true), own).stops;
    if stops.is_empty() {
        return None;
    }
    stops.extend(plan(&at(false), own).stops);
    Some(stops)
}

/// Lists the stops of a set of libraries: each book at the first that holds it.
fn stops(kept: &[Candidate], set: u64, held: u64) -> Vec<Stop> {
    let mut left = held;
    let mut stops = Vec::new();
    for (candidate, bit) in kept.iter().zip(0..) {
        let here = candidate.books & left;
        if set >> bit & 1 == 1 && here != 0 {
            left &= !here;
            stops.push(Stop { library: candidate.library, books: bits(here).collect() });
        }
    }
    stops
}

/// Lists the libraries that hold any of the books, best place first.
fn candidates(books: &[Vec<u16>], own: &[u16]) -> Vec<Candidate> {
    let mut found: Vec<Candidate> = Vec::new();
    for (libraries, bit) in books.iter().take(MOST_BOOKS).zip(0..) {
        for library in libraries {
            let book = 1u64 << bit;
            match found.binary_search_by_key(library, |candidate| candidate.library) {
                Ok(at) => found.iter_mut().skip(at).take(1).for_each(|candidate| candidate.books |= book),
                Err(at) => {
                    let place = own.iter().position(|own| own == library).unwrap_or(usize::MAX);
                    found.insert(at, Candidate { library: *library, own: place, books: book });
                }
            }
        }
    }
    sorting::sort_by_cached_key(&mut found, Candidate::place);
    found
}

/// Drops those whose books a library of a better place holds as well.
fn undominated(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        if kept.iter().all(|better| candidate.books & !better.books != 0) {
            kept.push(candidate);
        }
    }
    kept
}

/// Plans by always taking the library with most books that are still missing.
fn greedy(candidates: &[Candidate], held: u64) -> Vec<u16> {
    let mut left = held;
    let mut taken = Vec::new();
    while left != 0 {
        let mut most = 0;
        let mut next = None;
        for candidate in candidates {
            let here = (candidate.books & left).count_ones();
            if here > most {
                (most, next) = (here, Some(candidate));
            }
        }
        let Some(next) = next else { break };
        left &= !next.books;
        taken.push(next.library);
    }
    taken
}

/// Keeps as many libraries as there are bits, those of the greedy plan among them; true when some fell away.
fn within_bits(mut candidates: Vec<Candidate>, greedy: &[u16]) -> (Vec<Candidate>, bool) {
    let bits = u64::BITS as usize;
    let cut = candidates.len() > bits;
    let mut spare = bits.saturating_sub(greedy.len());
    candidates.retain(|candidate| {
        let needed = greedy.contains(&candidate.library);
        let fits = needed || spare > 0;
        spare -= usize::from(fits && !needed);
        fits
    });
    (candidates, cut)
}

/// Iterates the bits that are set, ascending.
fn bits(mut set: u64) -> impl Iterator<Item = usize> {
    std::iter::from_fn(move || {
        let lowest = set.trailing_zeros();
        (set != 0).then(|| {
            set &= set - 1;
            lowest as usize
        })
    })
}

/// Branch and bound over sets of libraries; a library is a bit, the best place the lowest.
struct BranchAndBound {
    /// Of each library its books.
    books: Vec<u64>,
    /// Of each book the libraries that hold it.
    holders: Vec<u64>,
    /// Of each book all books of the libraries that hold it.
    reach: Vec<u64>,
    own: u64,
    best: u64,
    steps: u32,
    limit: u32,
}

impl BranchAndBound {
    /// Lays candidates out as bits.
    fn new(candidates: &[Candidate], own: usize) -> Self {
        let (mut holders, mut reach) = (vec![0; MOST_BOOKS], vec![0; MOST_BOOKS]);
        let mut owned = 0;
        for (candidate, bit) in candidates.iter().zip(0..) {
            owned |= u64::from(candidate.own < own) << bit;
            for (book, (holders, reach)) in holders.iter_mut().zip(&mut reach).enumerate() {
                if candidate.books >> book & 1 == 1 {
                    *holders |= 1u64 << bit;
                    *reach |= candidate.books;
                }
            }
        }
        let books = candidates.iter().map(|candidate| candidate.books).collect();
        Self { books, holders, reach, own: owned, best: 0, steps: 0, limit: 0 }
    }

    /// Branches from libraries that are taken or ruled out, with the books still missing.
    fn go(&mut self, missing: u64, taken: u64, out: u64) {
        if self.steps >= self.limit {
            return;
        }
        self.steps += 1;
        if missing == 0 {
            if self.better(taken) {
                self.best = taken;
            }
            return;
        }
        let Some(at_least) = self.at_least(missing, out) else { return };
        let (least, best) = (taken.count_ones() + at_least, self.best.count_ones());
        let foreign = |set: u64| (set & !self.own).count_ones();
        if least > best || least == best && foreign(taken) > foreign(self.best) {
            return;
        }
        let mut out = out;
        for library in bits(self.holders_of_rarest(missing, out)) {
            let here = self.books.get(library).copied().unwrap_or(0);
            self.go(missing & !here, taken | 1 << library, out);
            // Every plan with this library has been looked at.
            out |= 1 << library;
        }
    }

    /// Collects the best sets of `size` libraries that hold everything, the best first.
    fn all(&mut self, missing: u64, taken: u64, out: u64, (size, best): (u32, &mut Vec<u64>)) {
        if self.steps >= self.limit {
            return;
        }
        self.steps += 1;
        if missing == 0 {
            let at = best.partition_point(|other| self.before(*other, taken));
            if taken.count_ones() == size && !best.contains(&taken) {
                best.insert(at, taken);
                best.truncate(MOST_PLANS);
            }
            return;
        }
        let Some(at_least) = self.at_least(missing, out) else { return };
        let foreign = |set: u64| (set & !self.own).count_ones();
        let worst = best.last().filter(|_| best.len() == MOST_PLANS);
        if taken.count_ones() + at_least > size || worst.is_some_and(|worst| foreign(taken) > foreign(*worst))
        {
            return;
        }
        let mut out = out;
        for library in bits(self.holders_of_rarest(missing, out)) {
            let here = self.books.get(library).copied().unwrap_or(0);
            self.all(missing & !here, taken | 1 << library, out, (size, &mut *best));
            out |= 1 << library;
        }
    }

    /// Gives the libraries, those ruled out left aside, of the missing book that the fewest of them hold: one of them it takes.
    fn holders_of_rarest(&self, missing: u64, out: u64) -> u64 {
        let holders = |book: usize| self.holders.get(book).copied().unwrap_or(0) & !out;
        bits(missing).map(holders).min_by_key(|holders| holders.count_ones()).unwrap_or(0)
    }

    /// Bounds the libraries that it takes at least: as many as there are missing books of which no two are in one library, or as
    /// the one with most of them would have to be there. `None` when a book is to be had nowhere any more.
    fn at_least(&self, missing: u64, out: u64) -> Option<u32> {
        let (mut apart, mut rest) = (0, missing);
        while rest != 0 {
            let book = rest.trailing_zeros() as usize;
            if self.holders.get(book).is_none_or(|holders| holders & !out == 0) {
                return None;
            }
            rest &= !self.reach.get(book).copied().unwrap_or(u64::MAX);
            rest &= !(1 << book);
            apart += 1;
        }
        let open = self.books.iter().zip(0..).filter(|(_, library)| out >> library & 1 == 0);
        let most = open.map(|(books, _)| (books & missing).count_ones()).max().unwrap_or(0);
        Some(apart.max(missing.count_ones().div_ceil(most.max(1))))
    }

    /// Tells whether a set is better than the best so far.
    fn better(&self, set: u64) -> bool {
        self.before(set, self.best)
    }

    /// Tells whether a set comes before another: smaller, then with more of the visitor's own, then of better places.
    fn before(&self, set: u64, other: u64) -> bool {
        let measure = |set: u64| (set.count_ones(), (set & !self.own).count_ones());
        match measure(set).cmp(&measure(other)) {
            std::cmp::Ordering::Equal => {
                let differ = set ^ other;
                set & (differ & differ.wrapping_neg()) != 0
            }
            order => order.is_lt(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn libraries(plan: &Plan) -> Vec<u16> {
        plan.stops.iter().map(|stop| stop.library).collect()
    }

    /// Every plan by trying every set of libraries, from the definition, the best first.
    fn by_force(books: &[Vec<u16>], own: &[u16]) -> Vec<Vec<u16>> {
        let mut all: Vec<u16> = books.iter().flatten().copied().collect();
        all.sort_unstable();
        all.dedup();
        let place = |library: &u16| {
            let held = books.iter().filter(|holders| holders.contains(library)).count();
            let own = own.iter().position(|own| own == library).unwrap_or(usize::MAX);
            (own, usize::MAX - held, *library)
        };
        let sets = (0u32..1 << all.len()).filter_map(|set| {
            let mut chosen: Vec<u16> =
                all.iter().enumerate().filter(|(bit, _)| set >> bit & 1 == 1).map(|(_, l)| *l).collect();
            let covers =
                |holders: &Vec<u16>| holders.is_empty() || holders.iter().any(|l| chosen.contains(l));
            if !books.iter().all(covers) {
                return None;
            }
            chosen.sort_by_key(place);
            let foreign = chosen.iter().filter(|library| !own.contains(library)).count();
            let places: Vec<_> = chosen.iter().map(place).collect();
            Some(((chosen.len(), foreign, places), chosen))
        });
        let mut sets: Vec<_> = sets.collect();
        sets.sort();
        sets.into_iter().map(|(_, chosen)| chosen).collect()
    }

    fn check(books: &[Vec<u16>], plan: &Plan) {
        let mut fetched: Vec<usize> = plan.stops.iter().flat_map(|stop| stop.books.clone()).collect();
        fetched.sort_unstable();
        let held: Vec<usize> = (0..books.len()).filter(|book| !books[*book].is_empty()).collect();
        assert_eq!(fetched, held, "each book that is held is fetched once");
        for stop in &plan.stops {
            assert!(!stop.books.is_empty(), "no stop for nothing");
            assert!(stop.books.iter().all(|book| books[*book].contains(&stop.library)));
        }
        assert!(plan.nowhere.iter().all(|book| books[*book].is_empty()));
    }

    #[test]
    fn one_library_that_has_everything_is_enough() {
        let plan = plan(&[vec![1, 5], vec![5], vec![2, 5], vec![]], &[]);
        assert_eq!(plan.stops, [Stop { library: 5, books: vec![0, 1, 2] }]);
        assert_eq!((plan.nowhere, plan.exact), (vec![3], true));
    }

    #[test]
    fn a_library_of_ones_own_wins_a_tie_although_another_holds_more() {
        // Two are needed either way: 3 and 1, which is the visitor's, or 3 and 2, which holds more.
        let books = [vec![1, 2], vec![2, 3], vec![3]];
        assert_eq!(libraries(&plan(&books, &[])), [2, 3]);
        assert_eq!(libraries(&plan(&books, &[1])), [1, 3]);
        // But it never costs a library more.
        assert_eq!(libraries(&plan(&[vec![1, 2], vec![2]], &[1])), [2]);
    }

    #[test]
    fn libraries_that_are_as_good_are_all_named() {
        // Each of three holds all three books; the plan names one.
        let books = [vec![3, 10, 14], vec![3, 10, 14], vec![3, 5, 10, 14]];
        let best = plan(&books, &[]);
        assert_eq!(libraries(&best), [3]);
        let others = alternatives(&books, &[], &best);
        assert_eq!(others.iter().map(|stops| stops[0].library).collect::<Vec<_>>(), [10, 14]);
        assert_eq!(libraries(&plan(&books, &[14])), [14], "whoever is from there goes there");
    }

    #[test]
    fn ones_own_library_first_is_another_way() {
        let books = [vec![1, 7], vec![1, 7], vec![1]];
        assert_eq!(libraries(&plan(&books, &[7])), [1]);
        let stops = own_first(&books, &[7]).unwrap();
        assert_eq!(stops, [Stop { library: 7, books: vec![0, 1] }, Stop { library: 1, books: vec![2] }]);
        assert_eq!(own_first(&books, &[9]), None);
    }

    #[test]
    fn nothing_held_is_an_empty_plan() {
        let none = plan(&[vec![], vec![]], &[7]);
        assert_eq!((none.stops.len(), none.nowhere, none.exact), (0, vec![0, 1], true));
        assert!(plan(&[], &[]).exact);
    }

    #[test]
    fn beyond_the_step_limit_the_plan_is_whole_and_not_called_exact() {
        // 50 books, each in 6 of 400 libraries.
        let mut random = 1u64;
        let mut next = |below: u64| {
            random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % below
        };
        let books: Vec<Vec<u16>> = (0..50)
            .map(|_| {
                let mut holders: Vec<u16> = (0..40).map(|_| next(400) as u16).collect();
                holders.sort_unstable();
                holders.dedup();
                holders
            })
            .collect();
        let plan = plan(&books, &[3, 4]);
        check(&books, &plan);
        assert!(!plan.exact && plan.steps <= STEPS, "{} steps", plan.steps);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(400))]
        #[test]
        fn plans_are_those_found_by_trying_every_set(
            books in prop::collection::vec(prop::collection::btree_set(0u16..11, 0..5), 0..14),
            own in prop::collection::vec(0u16..13, 0..4),
        ) {
            let books: Vec<Vec<u16>> = books.into_iter().map(|set| set.into_iter().collect()).collect();
            let plan = plan(&books, &own);
            check(&books, &plan);
            prop_assert!(plan.exact);
            let forced = by_force(&books, &own);
            prop_assert_eq!(&libraries(&plan), &forced[0]);
            let names = |stops: &Vec<Stop>| stops.iter().map(|stop| stop.library).collect::<Vec<_>>();
            let others = alternatives(&books, &own, &plan);
            let as_few = |set: &&Vec<u16>| set.len() == forced[0].len() && !set.is_empty();
            let expected: Vec<Vec<u16>> = forced.iter().filter(as_few).skip(1).take(MOST_PLANS - 1).cloned().collect();
            prop_assert_eq!(others.iter().map(names).collect::<Vec<_>>(), expected);
            for stops in others {
                check(&books, &Plan { stops, nowhere: plan.nowhere.clone(), exact: true, steps: 0 });
            }
            if let Some(stops) = own_first(&books, &own) {
                for (book, holders) in books.iter().enumerate().filter(|(_, holders)| holders.iter().any(|one| own.contains(one))) {
                    let stop = stops.iter().find(|stop| stop.books.contains(&book)).unwrap();
                    prop_assert!(own.contains(&stop.library) && holders.contains(&stop.library));
                }
                check(&books, &Plan { stops, nowhere: plan.nowhere.clone(), exact: true, steps: 0 });
            }
        }

        #[test]
        fn any_list_is_planned_without_panic(
            books in prop::collection::vec(prop::collection::vec(0u16..200, 0..20), 0..70),
            own: Vec<u16>,
        ) {
            let plan = plan(&books, &own);
            prop_assert!(plan.steps <= STEPS || plan.exact);
        }
    }
}
