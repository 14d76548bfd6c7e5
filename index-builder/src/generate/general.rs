//! One book of an invented general library: any subject, any age, in sets, editions and series.
//!
//! Statistics are those of a real catalogue where one was at hand: lengths of titles, words (`zipf`), holders. Books lie
//! in groups of eight numbers, of which some are the volumes of a set and some editions of one work. Invariant: a book
//! depends on the seed, its number and the share without ISBN alone.

use seoga_text::choseong;

use super::book::{Written, copies, isbn, isbn_of, recorded_loans};
use super::chance::{Chance, mixed};
use super::coin;
use super::people::People;
use super::title::{Title, final_consonant, object};
use super::words::WORDS;
use super::zipf::{self, Tongue};

/// Numbers of a group, within which sets and editions lie.
const GROUP: u32 = 8;
/// Titles of one word, of two and so on, in a thousand.
const LENGTHS: [usize; 14] = [7, 58, 93, 118, 115, 97, 92, 80, 74, 66, 54, 40, 39, 67];
/// Books of the main classes 0 to 9, in a thousand.
const MAIN_CLASSES: [usize; 10] = [90, 50, 40, 190, 40, 120, 60, 40, 300, 70];
/// The first year in which Korean books had an ISBN.
const FIRST_ISBN: i32 = 1990;

/// Holds all that editions and volumes of one work share.
pub(super) struct Work {
    pub(super) tongue: Tongue,
    /// Place of the class among those with words of their own.
    class: usize,
    pub(super) class_no: String,
    pub(super) main: String,
    pub(super) subtitle: String,
    pub(super) people: People,
    pub(super) publisher: String,
    /// Name, and the number of this book in it.
    pub(super) series: Option<(String, u32)>,
    year: i32,
}

/// Names the kind of books a library has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// Books of a hundred that have no ISBN.
    pub(super) without_isbn: usize,
    /// English books of a thousand.
    pub(super) english_per_mille: usize,
    /// How many libraries there are.
    pub(super) libraries: usize,
}

/// A book and what is recorded of it.
pub(super) struct General {
    number: u32,
    pub(super) work: Work,
    pub(super) isbn13: Option<u64>,
    pub(super) set_isbn: Option<u64>,
    /// As it stands on the spine: `3`, `상`.
    pub(super) volume: Option<String>,
    /// 2 and more.
    pub(super) edition: Option<u32>,
    pub(super) year: i32,
    /// Library, day of registration (since 1970), loans.
    pub(super) copies: Vec<(usize, i32, u32)>,
    pub(super) keywords: Vec<String>,
}

/// A library's record of a copy, as text, a cell for each column.
pub(super) struct Cells {
    pub(super) title: String,
    pub(super) authors: String,
    pub(super) written: Written,
    pub(super) isbn: String,
    pub(super) set_isbn: String,
    pub(super) addition: String,
    pub(super) volume: String,
    pub(super) copies: String,
    pub(super) loans: String,
    pub(super) edition: String,
    pub(super) series: String,
    pub(super) series_number: String,
    pub(super) call_number: String,
    pub(super) room: String,
    /// The library's own number of the copy.
    pub(super) accession: String,
}

/// The place of a book in its group.
enum Member {
    Alone,
    /// Of a set of so many volumes, the n-th from 0.
    Volume(u32, u32),
    /// The later edition of the work of the number before.
    LaterEdition,
}

fn member(seed: u64, number: u32) -> Member {
    let mut group = Chance::new(seed ^ 0x7365_7473, u64::from(number / GROUP));
    let place = number % GROUP;
    let volumes = if group.per_mille(90) { 2 + group.rank_log(7) as u32 } else { 0 };
    let edited = group.per_mille(200);
    match place {
        place if place < volumes => Member::Volume(volumes, place),
        7 if volumes < 7 && edited => Member::LaterEdition,
        _ => Member::Alone,
    }
}

impl General {
    /// The book of that number.
    pub(super) fn draw(seed: u64, number: u32, kind: &Kind) -> Self {
        let member = member(seed, number);
        let first = match member {
            Member::Alone => number,
            Member::Volume(_, place) => number - place,
            Member::LaterEdition => number - 1,
        };
        let mut chance = Chance::new(seed ^ 0x776f_726b, u64::from(first));
        let mut work = Work::draw(kind.english_per_mille, &mut chance);
        // Sets and editions are whole with an ISBN or without.
        let has_isbn = chance.below(100) >= kind.without_isbn;
        if !has_isbn && chance.per_mille(750) {
            work.year = FIRST_ISBN - 1 - chance.rank_log(70) as i32;
        }
        let volume = match member {
            Member::Volume(2, place) if chance.per_mille(300) => {
                Some(["상", "하"][place as usize].to_owned())
            }
            Member::Volume(3, place) if chance.per_mille(300) => {
                Some(["상", "중", "하"][place as usize].to_owned())
            }
            Member::Volume(_, place) => Some((place + 1).to_string()),
            _ => None,
        };
        let mut chance = Chance::new(seed ^ 0x626f_6f6b, u64::from(number));
        let later = match member {
            Member::LaterEdition => 2 + chance.rank_log(8) as i32,
            Member::Volume(_, place) => place as i32 / 3,
            Member::Alone => 0,
        };
        let edition = match member {
            Member::LaterEdition => Some(2 + chance.rank_log(4) as u32),
            _ => chance.per_mille(40).then(|| 2 + chance.rank_log(6) as u32),
        };
        let year = (work.year + later).min(2025);
        // Nothing in these catalogues was registered before there were any.
        let copies = copies(year.max(1995), kind.libraries, &mut chance);
        let isbn13 = has_isbn.then(|| match work.tongue {
            // English books have numbers of ten digits, too, which 979 has not.
            Tongue::English => isbn_of(978_690_000_000, seed, number, &mut chance),
            Tongue::Korean => isbn(seed, number, &mut chance),
        });
        let set_isbn = match member {
            Member::Volume(..) if has_isbn => Some(of_set(seed, first)),
            _ => None,
        };
        let keywords = keywords(&work, &mut chance);
        Self { number, work, isbn13, set_isbn, volume, edition, year, copies, keywords }
    }

    /// The record of the library `copies[which]` about its copy.
    pub(super) fn record(&self, which: usize, seed: u64) -> Cells {
        let (library, day, loans) = self.copies[which];
        let mut chance = Chance::new(seed ^ mixed(library as u64 + 1), u64::from(self.number));
        let first = self.copies[0].0;
        let habit = if chance.per_mille(620) { first % 5 } else { library % 5 };
        let written =
            Written::of(library, &self.work.publisher, &self.work.class_no, self.year, day, &mut chance);
        let (title, volume) = self.titled(habit);
        let series = self.work.series.as_ref();
        Cells {
            title,
            authors: self.authors(habit),
            written,
            isbn: self.isbn13.map(|isbn| isbn.to_string()).unwrap_or_default(),
            set_isbn: self.set_isbn.map(|isbn| isbn.to_string()).unwrap_or_default(),
            addition: if habit == 1 { format!("0{}", 3 + self.work.class % 7 * 10) } else { String::new() },
            volume,
            copies: "1".to_owned(),
            loans: recorded_loans(library, loans),
            edition: self.edition_statement(),
            series: series.map(|(name, _)| name.clone()).unwrap_or_default(),
            series_number: series.map(|(_, number)| number.to_string()).unwrap_or_default(),
            call_number: self.call_number(),
            room: WORDS.rooms[chance.rank_log(WORDS.rooms.len())].to_owned(),
            accession: format!("EM{:09}", u64::from(self.number) * 3 + which as u64 % 3),
        }
    }

    /// The title as a library of that habit records it, and the cell for the volume.
    fn titled(&self, habit: usize) -> (String, String) {
        let Work { main, subtitle, .. } = &self.work;
        let edition = if habit < 3 { self.edition_statement() } else { String::new() };
        let plain = |main: String| Title::of(main, subtitle.clone(), edition.clone()).recorded(habit);
        let Some(volume) = &self.volume else { return (plain(main.clone()), String::new()) };
        let counted = volume.parse::<u32>().is_ok();
        match habit {
            0 => (plain(format!("{main} {volume}")), String::new()),
            1 => (plain(main.clone()), volume.clone()),
            2 => (plain(format!("{main}. {volume}")), String::new()),
            3 if counted => (plain(format!("{main} 제{volume}권")), String::new()),
            3 => (plain(format!("{main}({volume})")), String::new()),
            _ => (plain(format!("{main} {volume}")), volume.clone()),
        }
    }

    pub(super) fn authors(&self, habit: usize) -> String {
        match (self.work.tongue, habit) {
            (Tongue::English, 0 | 2) => self.work.people.recorded(3).replace('|', ", "),
            _ => self.work.people.recorded(habit),
        }
    }

    pub(super) fn edition_statement(&self) -> String {
        match (self.edition, self.work.tongue) {
            (None, _) => String::new(),
            (Some(2), Tongue::Korean) => "개정판".to_owned(),
            (Some(edition), Tongue::Korean) => format!("제{edition}판"),
            (Some(edition), Tongue::English) => format!("{edition}. ed."),
        }
    }

    /// Class, author's mark, volume: `813.7-김12ㅌ-3`.
    pub(super) fn call_number(&self) -> String {
        let who = self.work.people.first().chars().next().unwrap_or('편');
        let mark = mixed(u64::from(self.number / GROUP)) % 90 + 10;
        let title = choseong::initials(&self.work.main).chars().next().unwrap_or('ㄱ');
        let volume = self.volume.as_ref().map(|volume| format!("-{volume}")).unwrap_or_default();
        format!("{}-{who}{mark}{title}{volume}", self.work.class_no)
    }
}

impl Work {
    fn draw(english_per_mille: usize, chance: &mut Chance) -> Self {
        let tongue = if chance.per_mille(english_per_mille) { Tongue::English } else { Tongue::Korean };
        let main_class = of_shares(&MAIN_CLASSES, chance);
        let (second, third) = (chance.rank_log(10), chance.rank_log(10));
        let point =
            if chance.per_mille(450) { format!(".{}", 1 + chance.rank_log(9)) } else { String::new() };
        let class = main_class * 6 + second.min(5);
        let (main, subtitle) = title(class, tongue, chance);
        let people = match tongue {
            Tongue::Korean => People::korean(chance),
            Tongue::English => People::english(chance),
        };
        let publisher = publisher(tongue, chance.rank_tail(70));
        let series = chance.per_mille(220).then(|| series(&publisher, tongue, chance));
        Self {
            tongue,
            class,
            class_no: format!("{main_class}{second}{third}{point}"),
            main,
            subtitle,
            people,
            publisher,
            series,
            year: 2025 - chance.rank_log(36) as i32,
        }
    }
}

/// The place of a share, drawn as often as it is large; shares are of a thousand in all.
fn of_shares(shares: &[usize], chance: &mut Chance) -> usize {
    let mut rest = chance.below(1_000);
    for (place, share) in shares.iter().enumerate() {
        if rest < *share {
            return place;
        }
        rest -= share;
    }
    shares.len() - 1
}

/// A title and its subtitle, which half of the longer titles have.
pub(super) fn title(class: usize, tongue: Tongue, chance: &mut Chance) -> (String, String) {
    let length = 1 + of_shares(&LENGTHS, chance);
    let words: Vec<String> = (0..length)
        .map(|place| {
            let word = zipf::word(class, tongue, chance);
            let goes_on = tongue == Tongue::Korean && place + 1 < length;
            if goes_on && chance.per_mille(60) { with_particle(word, chance) } else { word }
        })
        .collect();
    if length >= 4 && chance.per_mille(500) {
        let cut = 2 + chance.below(length - 2);
        if cut < length {
            return (words[..cut].join(" "), words[cut..].join(" "));
        }
    }
    (words.join(" "), String::new())
}

/// A noun of Hangul with a particle, as nouns stand within titles.
fn with_particle(word: String, chance: &mut Chance) -> String {
    if final_consonant(&word).is_none() {
        return word;
    }
    let particle = match chance.below(3) {
        0 => object(&word),
        1 => "의",
        _ => "에서",
    };
    format!("{word}{particle}")
}

fn publisher(tongue: Tongue, rank: u64) -> String {
    let known: &[&str] = if tongue == Tongue::Korean { &WORDS.publishers } else { &WORDS.publishers_english };
    match (known.get(usize::try_from(rank).unwrap_or(usize::MAX)), tongue) {
        (Some(name), _) => (*name).to_owned(),
        (None, Tongue::Korean) => {
            let endings = &WORDS.publisher_endings;
            format!("{}{}", coin::hangul_name(rank), endings[rank as usize % endings.len()])
        }
        (None, Tongue::English) => format!("{} Press", coin::latin_name(rank)),
    }
}

/// A series of a publisher: the earlier ones are the longer ones.
fn series(publisher: &str, tongue: Tongue, chance: &mut Chance) -> (String, u32) {
    let rank = chance.rank_log(40);
    let number = 1 + chance.rank_log(200) as u32;
    let ending = |endings: &[&'static str]| endings[rank % endings.len()];
    let name = match tongue {
        Tongue::Korean => {
            format!(
                "{publisher} {} {}",
                WORDS.general[rank % WORDS.general.len()],
                ending(&WORDS.series_endings)
            )
        }
        Tongue::English => format!("{publisher} {}", ending(&WORDS.series_endings_english)),
    };
    (name, number)
}

/// The ISBN of a set, in a range of no country that single books do not use.
fn of_set(seed: u64, first: u32) -> u64 {
    let twelve = 979_210_000_000 + (u64::from(first / GROUP) * 6_180_339 + seed % 1_000_003) % 10_000_000;
    super::book::with_check_digit(twelve)
}

fn keywords(work: &Work, chance: &mut Chance) -> Vec<String> {
    // Two books of a hundred have none.
    if chance.per_mille(20) {
        return Vec::new();
    }
    let mut words: Vec<String> = Vec::with_capacity(20);
    for place in 0..2 + chance.below(6) {
        words.push(zipf::subject(work.class, place + chance.below(3), work.tongue));
    }
    for _ in 0..4 + chance.below(8) {
        words.push(zipf::word(work.class, Tongue::Korean, chance));
    }
    words.extend(work.main.split(' ').filter(|word| word.chars().count() > 1).map(str::to_owned));
    for word in &mut words {
        *word = word.to_lowercase();
    }
    let mut met = std::collections::BTreeSet::new();
    words.retain(|word| met.insert(word.clone()));
    words
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const KIND: Kind = Kind { without_isbn: 30, english_per_mille: 100, libraries: 20 };

    #[test]
    fn volumes_of_a_set_share_their_work_and_editions_theirs() {
        let books: Vec<General> = (0..8_000).map(|number| General::draw(1, number, &KIND)).collect();
        let mut volumes: BTreeMap<(u32, &str), Vec<&str>> = BTreeMap::new();
        for book in &books {
            if let Some(volume) = &book.volume {
                volumes.entry((book.number / GROUP, &book.work.main)).or_default().push(volume);
            }
        }
        assert!(volumes.len() > 60, "{}", volumes.len());
        assert!(volumes.values().all(|set| set.len() > 1 && (set[0] == "1" || set[0] == "상")));
        let later = books
            .windows(2)
            .filter(|pair| pair[1].edition.is_some() && pair[0].work.main == pair[1].work.main);
        assert!(later.count() > 50);
    }

    #[test]
    fn so_many_have_no_isbn_and_those_are_the_older_ones() {
        let books: Vec<General> = (0..10_000).map(|number| General::draw(1, number, &KIND)).collect();
        let (with, without): (Vec<&General>, Vec<&General>) =
            books.iter().partition(|book| book.isbn13.is_some());
        assert!((2_800..3_200).contains(&without.len()), "{}", without.len());
        let old = |books: &[&General]| books.iter().filter(|book| book.year < FIRST_ISBN).count();
        assert!(old(&without) > without.len() / 2 && old(&with) < with.len() / 50);
        assert!(General::draw(1, 5, &Kind { without_isbn: 0, ..KIND }).isbn13.is_some());
    }
}
