//! Takes, of all the files that a library's list came in, the newest month's, and leaves the ones before alone.
//!
//! A file of holdings or records is a snapshot: all that its library had at a time. Files whose names differ in the month alone
//! are snapshots of one list. Which is the newest, the names say (`library_name`), never the disk. Invariants: of a list something
//! is always read; a snapshot that would take more than a fifth of a library away is refused, and then the one before it stands.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::library_name::{NamedLibrary, library_of};
use super::month::{AsOf, Month};
use super::sink::SourceFile;
use crate::catalogue::{Contents, Library, Tally};
use crate::loss::{Before, is_loss};
use crate::report::{FileStanding, Refusal, Role};

/// A month so many months later than every other one that is known lies ahead by a slip of the pen.
const MONTHS_AHEAD: i32 = 12;
/// A list is of the month of its upload or of one before; so many months later are let pass.
const MONTHS_AFTER_UPLOAD: i32 = 1;

/// Reads a file for its content alone; `None` when it is a wrong file.
pub(super) type Count<'a> = dyn FnMut(&SourceFile) -> Option<Contents> + 'a;

/// The list, month and standing of one file of holdings or records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Snapshot {
    /// The library, or the name of a list of several.
    pub(super) list: String,
    pub(super) as_of: Option<AsOf>,
    pub(super) standing: FileStanding,
}

/// Judges every file of holdings and records; `None` for the others, which have no month.
pub(super) fn judge(
    files: &[SourceFile],
    described: &BTreeMap<String, Library>,
    before: &Before,
    count: &mut Count<'_>,
) -> Vec<Option<Snapshot>> {
    let dated: Vec<Option<Dated>> = files.iter().map(|file| Dated::of(file, described)).collect();
    let months: Vec<Month> = dated.iter().flatten().filter_map(|file| Some(file.as_of?.month)).collect();
    let mut lists: BTreeMap<(Role, &str), Vec<usize>> = BTreeMap::new();
    for (place, (file, dated)) in files.iter().zip(&dated).enumerate() {
        if let Some(dated) = dated {
            lists.entry((file.role, &dated.list)).or_default().push(place);
        }
    }
    let mut standings: Vec<FileStanding> = vec![FileStanding::Taken; files.len()];
    for ((_, list), places) in lists {
        if places.len() > 1 {
            let mut contents = BTreeMap::new();
            let mut series = Series {
                list,
                places,
                dated: &dated,
                months: &months,
                before,
                count: &mut |place: usize| {
                    contents.entry(place).or_insert_with(|| count(&files[place]).map(Rc::new)).clone()
                },
            };
            for (place, standing) in series.settle() {
                standings[place] = standing;
            }
        }
    }
    dated
        .iter()
        .zip(standings)
        .map(|(dated, standing)| {
            dated.as_ref().map(|Dated { list, as_of, .. }| Snapshot {
                list: list.clone(),
                as_of: *as_of,
                standing,
            })
        })
        .collect()
}

/// A file by what its name says.
#[derive(Debug)]
struct Dated {
    list: String,
    /// The month in the name, unless it lies after the upload; else the month of the upload.
    as_of: Option<AsOf>,
    /// The time of the upload.
    uploaded: Option<String>,
    /// The name it was sent by.
    sent_as: String,
}

impl Dated {
    fn of(file: &SourceFile, described: &BTreeMap<String, Library>) -> Option<Self> {
        if !matches!(file.role, Role::Holdings | Role::Records) {
            return None;
        }
        let NamedLibrary { name, as_of, sent_as, upload } = library_of(&file.path);
        let name = file.declared.library.clone().unwrap_or(name);
        let by_code = || described.values().find(|library| library.code.as_ref() == Some(&name));
        let list = match described.contains_key(&name) {
            true => name,
            false => by_code().map_or(name.clone(), |library| library.name.clone()),
        };
        let upload_month = upload.as_ref().and_then(super::UploadMark::month);
        let as_of = match (as_of, upload_month) {
            (Some(named), Some(sent)) if named.month.since(sent) > MONTHS_AFTER_UPLOAD => {
                Some(AsOf::month(sent))
            }
            (Some(named), _) => Some(named),
            (None, sent) => sent.map(AsOf::month),
        };
        Some(Self { list, as_of, uploaded: upload.map(|mark| mark.time), sent_as })
    }
}

/// The files of one list.
struct Series<'a> {
    list: &'a str,
    places: Vec<usize>,
    dated: &'a [Option<Dated>],
    /// The months of all files of the catalogue.
    months: &'a [Month],
    before: &'a Before,
    count: &'a mut dyn FnMut(usize) -> Option<Rc<Contents>>,
}

/// A state of the list: the files that were its newest, and those of them that came last.
#[derive(Debug)]
struct State {
    files: BTreeSet<usize>,
    brought: Vec<usize>,
    as_of: Option<AsOf>,
}

impl Series<'_> {
    fn settle(&mut self) -> Vec<(usize, FileStanding)> {
        let mut standings = Vec::new();
        let places = self.places.clone();
        let ahead: Vec<usize> = places.into_iter().filter(|&place| self.lies_ahead(place)).collect();
        if ahead.len() < self.places.len() {
            self.places.retain(|place| !ahead.contains(place));
            standings
                .extend(ahead.into_iter().map(|place| (place, FileStanding::Refused(Refusal::MonthAhead))));
        }
        let states = self.states();
        let (taken, refused) = self.walk(&states);
        let Some(current) = states.get(taken) else { return standings };
        let by = current.as_of.map(|as_of| as_of.to_string());
        for (number, state) in states.iter().enumerate() {
            for &place in state.brought.iter().filter(|place| !current.files.contains(place)) {
                let standing = match refused.get(&number) {
                    Some(refusal) if number > taken => FileStanding::Refused(refusal.clone()),
                    _ => FileStanding::Superseded { by: by.clone() },
                };
                standings.push((place, standing));
            }
        }
        standings
    }

    fn of(&self, place: usize) -> Option<&Dated> {
        self.dated.get(place)?.as_ref()
    }

    /// Whether a file's month is a year or more after every other month of the catalogue and after all that is registered in
    /// this list.
    fn lies_ahead(&mut self, place: usize) -> bool {
        let month = |place: usize| Some(self.of(place)?.as_of?.month);
        let Some(own) = month(place) else { return false };
        if self.of(place).is_some_and(|dated| dated.uploaded.is_some()) {
            return false;
        }
        let others = self.months.iter().filter(|month| **month != own);
        let Some(latest) = others.max() else { return false };
        if own.since(*latest) < MONTHS_AHEAD {
            return false;
        }
        let registered: Vec<Month> = self
            .places
            .clone()
            .into_iter()
            .filter_map(|place| (self.count)(place)?.newest.and_then(Month::of))
            .collect();
        registered.iter().max().is_none_or(|newest| own.since(*newest) >= MONTHS_AHEAD)
    }

    /// The states that the list went through, the oldest first. Files of one month are one state, but for a file that was sent
    /// again, which takes the place of the earlier one.
    fn states(&self) -> Vec<State> {
        let mut order: Vec<(Option<AsOf>, &str, Option<&str>, usize)> = (self.places.iter())
            .filter_map(|&place| {
                let dated = self.of(place)?;
                Some((dated.as_of, dated.sent_as.as_str(), dated.uploaded.as_deref(), place))
            })
            .collect();
        order.sort_unstable();
        let mut states = Vec::new();
        for of_month in order.chunk_by(|a, b| a.0 == b.0) {
            let as_of = of_month.first().and_then(|file| file.0);
            let mut files: BTreeSet<usize> = BTreeSet::new();
            let mut again: Vec<(Option<&str>, &str, usize)> = Vec::new();
            for of_name in of_month.chunk_by(|a, b| a.1 == b.1) {
                for (number, &(_, sent_as, uploaded, place)) in of_name.iter().enumerate() {
                    // Two files of one name that nobody uploaded lie in two folders, and are joined like any others.
                    if number == 0 || uploaded.is_none() {
                        files.insert(place);
                    } else {
                        again.push((uploaded, sent_as, place));
                    }
                }
            }
            states.push(State { brought: files.iter().copied().collect(), files: files.clone(), as_of });
            again.sort_unstable();
            for (_, sent_as, place) in again {
                files.retain(|&earlier| self.of(earlier).is_none_or(|earlier| earlier.sent_as != sent_as));
                files.insert(place);
                states.push(State { brought: vec![place], files: files.clone(), as_of });
            }
        }
        states
    }

    /// Goes through the states; gives the place of the one that stands, and why later ones were refused.
    fn walk(&mut self, states: &[State]) -> (usize, BTreeMap<usize, Refusal>) {
        let mut refused = BTreeMap::new();
        let last = states.len().saturating_sub(1);
        // A wrong file that is the newest is read, so that the build ends and says what is wrong with it.
        let newest = states.last().map(|state| state.brought.clone()).unwrap_or_default();
        if newest.iter().any(|&place| (self.count)(place).is_none()) || self.is_as_published(states) {
            return (last, refused);
        }
        let mut taken: Option<(usize, BTreeMap<String, Tally>)> = None;
        for (number, state) in states.iter().enumerate() {
            let Some(now) = self.tally(state) else { continue };
            match &taken {
                Some((_, standing)) => match self.loss(standing, &now) {
                    Some(refusal) => _ = refused.insert(number, refusal),
                    None => taken = Some((number, now)),
                },
                None => taken = Some((number, now)),
            }
        }
        (taken.map_or(last, |(number, _)| number), refused)
    }

    /// Whether the newest state holds nearly all that the index before has of the one library it lists; then no older file need
    /// be read.
    fn is_as_published(&mut self, states: &[State]) -> bool {
        let Some(now) = states.last().and_then(|state| self.tally(state)) else { return false };
        let mut libraries = now.iter();
        match (libraries.next(), libraries.next()) {
            (Some((name, tally)), None) => name == self.list && self.is_as_before(name, tally),
            _ => false,
        }
    }

    fn is_as_before(&self, library: &str, now: &Tally) -> bool {
        let before = self.before.books.get(library);
        before.is_some_and(|&before| !is_loss(before.into(), now.books.len() as u64))
    }

    /// The first library that has lost too much, if any.
    fn loss(&self, standing: &BTreeMap<String, Tally>, now: &BTreeMap<String, Tally>) -> Option<Refusal> {
        let nothing = Tally::default();
        let allowed = &self.before.allowed;
        standing.iter().find_map(|(library, before)| {
            let left = now.get(library).unwrap_or(&nothing);
            let fine = !is_loss(before.rows, left.rows)
                || allowed.has(library)
                || allowed.has(self.list)
                || self.is_as_before(library, left);
            let library = if library.is_empty() { self.list } else { library };
            (!fine).then(|| Refusal::Fewer {
                library: library.to_owned(),
                before: before.rows,
                now: left.rows,
            })
        })
    }

    /// Adds up the files of a state; `None` when none of them can be read.
    fn tally(&mut self, state: &State) -> Option<BTreeMap<String, Tally>> {
        let mut sum: Option<BTreeMap<String, Tally>> = None;
        for &place in &state.files {
            let Some(contents) = (self.count)(place) else { continue };
            let sum = sum.get_or_insert_default();
            for (library, tally) in &contents.libraries {
                let all = sum.entry(library.clone()).or_default();
                all.rows += tally.rows;
                all.books.extend(&tally.books);
                all.books.sort_unstable();
                all.books.dedup();
            }
        }
        sum
    }
}
