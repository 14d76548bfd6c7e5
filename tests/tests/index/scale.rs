//! Bounds what a fresh isolate reads for one question to an index of 100,000 books.
//!
//! Every question is asked of an index that has nothing at hand, and pays for the pointer and the manifest too. The
//! questions are made from the generated catalogue, many of each kind. The index has learned as much from choices as an
//! index can, and every question of words alone has picks. Time is measured elsewhere (`bench`).

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use index_builder::catalogue::{Book, Catalogue};
use index_builder::learn::{BOOKS as MOST_BOOKS, Learned, PRIOR_BOOKS, QUERIES, Rules};
use index_builder::local::LocalIndex;
use seoga_index::book_id::BookId;
use seoga_index::columns::Language;
use seoga_index::file::Kind;
use seoga_search::{Filters, Lookup, Request, Search, Sort, Suggest, YearRange, choice_hash};
use seoga_tests::words::{Words, plain_words, slip};
use seoga_text::{choseong, fold, isbn, keys, names, title};

use crate::made::{build_learned, folder, inputs, invent};
use crate::noted::Noted;

const BOOKS: u32 = 100_000;
/// The most that a fresh isolate reads for one question, pointer and manifest included.
const MOST_BYTES: u64 = 512 * 1024;
/// Rounds of fetching, that for the opening counted.
const MOST_ROUNDS: usize = 6;
/// Questions of each kind.
const EACH: usize = 40;

enum Question {
    Search(Box<Request>),
    Suggest(String),
    Book(BookId),
}

/// The most that one kind of question came to.
#[derive(Debug, Default)]
struct Worst {
    asked: usize,
    bytes: u64,
    files: usize,
    rounds: usize,
    found_nothing: usize,
    /// Kilobytes by kind of file, and the question, of the one that read most.
    about: String,
}

#[test]
fn no_question_makes_a_fresh_isolate_read_more_than_512_kb() {
    let place = folder();
    let out = place.path().join("index");
    let catalogue = build_learned(&inputs(&invent(place.path(), BOOKS, 1)), most_learned, &out);
    // Some rows have no ISBN, and are books of their own.
    assert!((BOOKS as usize..BOOKS as usize + BOOKS as usize / 500).contains(&catalogue.books.len()));
    let mut table: Vec<(&str, Worst)> = Vec::new();
    for (kind, questions) in questions(&catalogue) {
        assert!(questions.len() >= 8, "only {} questions of the kind {kind:?}", questions.len());
        let mut worst = Worst::default();
        for question in &questions {
            ask(&out, question, &mut worst);
        }
        table.push((kind, worst));
    }
    println!(
        "{:28}{:>6}{:>9}{:>7}{:>8}{:>7}  the most bytes for",
        "kind", "asked", "bytes", "files", "rounds", "none"
    );
    for (kind, worst) in &table {
        println!(
            "{kind:28}{:6}{:9}{:7}{:8}{:7}  {}",
            worst.asked, worst.bytes, worst.files, worst.rounds, worst.found_nothing, worst.about
        );
    }
    let over = |over: &dyn Fn(&Worst) -> bool| -> Vec<&str> {
        table.iter().filter(|(_, worst)| over(worst)).map(|(kind, _)| *kind).collect()
    };
    let (heavy, slow) = (over(&|worst| worst.bytes > MOST_BYTES), over(&|worst| worst.rounds > MOST_ROUNDS));
    assert!(heavy.is_empty(), "more than {MOST_BYTES} bytes: {heavy:?}");
    assert!(slow.is_empty(), "more than {MOST_ROUNDS} rounds: {slow:?}");
}

/// As much as learning ever gives, and picks for every question that can have some.
fn most_learned(catalogue: &Catalogue) -> Learned {
    let texts = questions(catalogue).into_iter().flat_map(|(_, questions)| questions);
    let hashes = texts.filter_map(|question| match question {
        Question::Search(request) => choice_hash(&request.text),
        _ => None,
    });
    let fill = (0..QUERIES).filter_map(|n| choice_hash(&format!("query {n}")));
    let books = || catalogue.books.iter().cycle();
    let picks = |place: usize| {
        let mut picks: Vec<(BookId, u8)> = books()
            .skip(place * 7)
            .step_by(997)
            .take(MOST_BOOKS)
            .map(|book| (book.id, Rules::default().most))
            .collect();
        picks.sort_unstable();
        picks
    };
    let prior = books().step_by(BOOKS as usize / PRIOR_BOOKS).take(PRIOR_BOOKS);
    let mut queries: BTreeMap<u64, Vec<(BookId, u8)>> = BTreeMap::new();
    for (place, hash) in hashes.chain(fill).enumerate() {
        if queries.len() < QUERIES {
            queries.entry(hash).or_insert_with(|| picks(place));
        }
    }
    assert_eq!(queries.len(), QUERIES);
    Learned { queries, prior: prior.map(|book| (book.id, Rules::default().most_prior)).collect() }
}

/// Asks an index that has nothing at hand.
fn ask(folder: &Path, question: &Question, worst: &mut Worst) {
    let index = LocalIndex::open(folder, 64 << 20).unwrap();
    let (opening, _) = index.read_so_far();
    let manifest = Arc::clone(&index.manifest);
    let (about, empty, rounds) = match question {
        Question::Search(request) => {
            let mut machine = Noted::new(Search::new(manifest, (**request).clone()));
            let empty = index.ask(&mut machine).unwrap().hits.is_empty();
            (format!("{:?} {:?}", request.text, request.filters), empty, machine.rounds)
        }
        Question::Suggest(text) => {
            let mut machine = Noted::new(Suggest::new(manifest, text, 10));
            (text.clone(), index.ask(&mut machine).unwrap().is_empty(), machine.rounds)
        }
        Question::Book(id) => {
            let mut machine = Noted::new(Lookup::new(manifest, *id).with_more_like_this());
            (id.to_string(), index.ask(&mut machine).unwrap().is_none(), machine.rounds)
        }
    };
    worst.asked += 1;
    worst.rounds = worst.rounds.max(rounds.len() + 1);
    worst.found_nothing += usize::from(empty);
    let (bytes, files) = index.read_so_far();
    if bytes > worst.bytes {
        let mut by_kind: BTreeMap<Kind, (usize, u64)> = BTreeMap::new();
        for file in rounds.iter().flatten() {
            let name = index.manifest.file(file.kind, file.number).unwrap().to_string();
            let (files, bytes) = by_kind.entry(file.kind).or_default();
            *files += 1;
            *bytes += std::fs::metadata(folder.join(name)).unwrap().len();
        }
        let kinds =
            by_kind.iter().map(|(kind, (files, bytes))| format!("{kind:?} {files}: {}", bytes / 1000));
        let kinds: Vec<String> = std::iter::once(format!("open: {}", opening / 1000)).chain(kinds).collect();
        (worst.bytes, worst.files) = (bytes, files as usize);
        worst.about = format!("[{}] {about}", kinds.join(", "));
    }
}

/// Questions by kind, made from the catalogue.
fn questions(catalogue: &Catalogue) -> Vec<(&'static str, Vec<Question>)> {
    let words = Words::of(catalogue, plain_words, 200, 300);
    // Books from everywhere in the catalogue.
    let sample: Vec<&Book> = catalogue.books.iter().step_by(catalogue.books.len() / 400).collect();
    let some = |texts: &mut dyn Iterator<Item = String>| -> Vec<String> { texts.take(EACH).collect() };
    let search = |texts: Vec<String>| {
        texts.iter().map(|text| Question::Search(Box::new(request(text)))).collect::<Vec<_>>()
    };
    let with = |texts: &[String], change: &dyn Fn(&mut Request, usize)| {
        let one = |(number, text): (usize, &String)| {
            let mut request = request(text);
            change(&mut request, number);
            Question::Search(Box::new(request))
        };
        texts.iter().enumerate().map(one).collect::<Vec<_>>()
    };
    let common = some(&mut words.common.iter().cloned());
    let rare = some(&mut words.rare.iter().cloned());
    let long = |from: &[String]| -> Vec<String> {
        from.iter().filter(|word| keys::encode(word).len() >= 7).cloned().collect()
    };
    let long_common = long(&words.common);
    let long_rare = long(&words.rare);
    let cut = |word: &String, of: usize| {
        let states: Vec<String> = keys::states(word).collect();
        states[(states.len() * of / 10).min(states.len() - 1)].clone()
    };
    let pairs = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().zip(b).map(|(a, b)| format!("{a} {b}")).take(EACH).collect()
    };
    let of_titles = |count: usize| {
        some(&mut sample.iter().map(|book| plain_words(title::parts(&book.title).main)).filter_map(|words| {
            let words = words.get(..count)?;
            Some(words.join(" "))
        }))
    };
    let publishers = |number: usize, most: usize| {
        let names = sample.iter().cycle().skip(number).take(most).map(|book| book.publisher.clone());
        names.filter(|name| !name.is_empty()).collect::<Vec<_>>()
    };
    let libraries = catalogue.libraries.len() as u16;
    let mut turned = words.common.clone();
    turned.rotate_left(7);

    vec![
        ("common word", search(common.clone())),
        ("common word, whole", with(&common, &|request, _| request.typed.push(' '))),
        ("rare word", search(rare.clone())),
        ("two words of a title", search(of_titles(2))),
        ("three words of a title", search(of_titles(3))),
        ("title", search(some(&mut sample.iter().map(|book| book.title.clone())))),
        (
            "title without spaces",
            search(some(&mut sample.iter().map(|book| title::parts(&book.title).main.replace(' ', "")))),
        ),
        ("two common words", search(pairs(&words.common, &turned))),
        ("common and rare word", search(pairs(&words.common, &words.rare))),
        ("two rare words", search(pairs(&words.rare, &words.rare[1..]))),
        (
            "four common words",
            search(pairs(&pairs(&words.common, &turned), &pairs(&turned[5..], &words.common[9..]))),
        ),
        ("one letter", search(["r", "c", "ㄱ", "ㅍ", "파", "a", "인", "데"].map(str::to_owned).to_vec())),
        ("prefix of a common word", search(some(&mut long_common.iter().map(|word| cut(word, 5))))),
        ("prefix of a rare word", search(some(&mut long_rare.iter().map(|word| cut(word, 7))))),
        (
            "half-composed syllable",
            search(some(&mut long_rare.iter().filter_map(|word| half_composed(word)))),
        ),
        ("one slip, common word", search(some(&mut slips(&long_common)))),
        ("one slip, rare word", search(some(&mut slips(&long_rare)))),
        (
            "a slip in each of two words",
            search(pairs(&some(&mut slips(&long_common)), &some(&mut slips(&long_rare)))),
        ),
        ("short run of initials", search(some(&mut initials(&sample, 2..=3)))),
        ("run of initials", search(some(&mut initials(&sample, 4..=7)))),
        ("long run of initials", search(some(&mut initials(&sample, 8..=14)))),
        (
            "other keyboard layout",
            search(some(&mut long_common.iter().filter_map(|word| on_latin_keys(word)))),
        ),
        ("two words, other layout", {
            let typed: Vec<String> = words.common.iter().filter_map(|word| on_latin_keys(word)).collect();
            search(pairs(&typed, &typed[3..]))
        }),
        (
            "one library",
            with(&common, &|request, number| request.filters.libraries = vec![number as u16 % libraries]),
        ),
        (
            "five libraries",
            with(&common, &|request, number| {
                request.filters.libraries = (0..5).map(|n| (number as u16 + n * 3) % libraries).collect();
                request.filters.libraries.sort_unstable();
                request.filters.libraries.dedup();
            }),
        ),
        ("every library", with(&common, &|request, _| request.filters.libraries = (0..libraries).collect())),
        (
            "class",
            with(&common, &|request, number| {
                request.filters.classes = sample[number].class_no.iter().cloned().collect();
            }),
        ),
        ("main class", with(&common, &|request, _| request.filters.classes = vec!["0".to_owned()])),
        (
            "years",
            with(&common, &|request, _| {
                request.filters.year = Some(YearRange { from: Some(2015), to: None });
            }),
        ),
        ("publisher", with(&common, &|request, number| request.filters.publishers = publishers(number, 1))),
        (
            "five classes and five publishers",
            with(&common, &|request, number| {
                let classes = ["00", "32", "51", "74", "81"];
                request.filters.classes = classes.map(str::to_owned).to_vec();
                request.filters.publishers = publishers(number, 5);
            }),
        ),
        ("language", with(&common, &|request, _| request.filters.language = Some(Language::Korean))),
        (
            "all filters at once",
            with(&common, &|request, number| {
                request.filters = Filters {
                    libraries: vec![number as u16 % libraries, libraries - 1],
                    classes: vec!["00".to_owned()],
                    year: Some(YearRange { from: Some(2010), to: Some(2023) }),
                    publishers: publishers(number, 1),
                    language: Some(Language::Korean),
                    ..Filters::default()
                };
                request.filters.libraries.dedup();
            }),
        ),
        (
            "filters and no words",
            with(&vec![String::new(); 12], &|request, number| {
                request.filters.libraries = vec![number as u16 % libraries];
                request.filters.classes = (number % 2 == 0).then(|| "005".to_owned()).into_iter().collect();
            }),
        ),
        (
            "nothing asked",
            with(&vec![String::new(); 8], &|request, number| request.sort = Sort::ALL[number % 6]),
        ),
        ("author", search(some(&mut authors(&sample)))),
        (
            "author and word of title",
            search(some(
                &mut authors(&sample)
                    .zip(&sample)
                    .filter_map(|(name, book)| Some(format!("{} {name}", plain_words(&book.title).first()?))),
            )),
        ),
        (
            "in one field",
            search(some(&mut authors(&sample).map(|name| format!("author:{}", name.replace(' ', ""))))),
        ),
        ("ISBN", search(some(&mut sample.iter().map(|book| book.id.to_string())))),
        (
            "ISBN of no book",
            search(some(
                &mut (0..EACH as u64)
                    .filter_map(|n| {
                        isbn::Isbn13::new(9_788_900_000_000 + n * 10 + n % 10).map(|isbn| isbn.to_string())
                    })
                    .chain((0..EACH).map(|n| format!("978890000{n:04}"))),
            )),
        ),
        (
            "no hit",
            search(
                [
                    "ㅁㄴㅇㄹ",
                    "qwzxcvbn",
                    "쀍뛟",
                    "asdfqwer zxcv",
                    "뷁",
                    "고양이 우주선 요리 축구",
                    "xyzzy",
                    "흫흫흫흫",
                ]
                .map(str::to_owned)
                .to_vec(),
            ),
        ),
        ("newest first", with(&common, &|request, _| request.sort = Sort::Newest)),
        ("by year", with(&common, &|request, _| request.sort = Sort::Year)),
        ("by title", with(&common, &|request, _| request.sort = Sort::Title)),
        (
            "by loans, one library",
            with(&common, &|request, number| {
                request.sort = Sort::Loans;
                request.filters.libraries = vec![number as u16 % libraries];
            }),
        ),
        (
            "a slip, newest first",
            with(&some(&mut slips(&long_common)), &|request, _| request.sort = Sort::Newest),
        ),
        (
            "words apart, newest first",
            with(&pairs(&words.rare, &words.rare[1..]), &|request, _| {
                request.sort = Sort::Newest;
            }),
        ),
        ("page 3", with(&common, &|request, _| request.page = 3)),
        ("page 20 of 50", with(&common, &|request, _| (request.page, request.limit) = (20, 50))),
        (
            "page 3, newest first",
            with(&common, &|request, _| {
                (request.page, request.sort) = (3, Sort::Newest);
            }),
        ),
        ("phrase of a title", search(some(&mut of_titles(2).into_iter().map(|text| format!("\"{text}\""))))),
        (
            "phrase of common words",
            search(some(&mut pairs(&words.common, &turned).into_iter().map(|text| format!("\"{text}\"")))),
        ),
        (
            "word left out",
            search(some(&mut words.common.iter().zip(&turned).map(|(a, b)| format!("{a} -{b}")))),
        ),
        (
            "suggestions, short",
            some(&mut long_common.iter().map(|word| cut(word, 3)))
                .into_iter()
                .map(Question::Suggest)
                .collect(),
        ),
        (
            "suggestions",
            some(&mut long_common.iter().map(|word| cut(word, 8)))
                .into_iter()
                .map(Question::Suggest)
                .collect(),
        ),
        ("book", sample.iter().take(EACH).map(|book| Question::Book(book.id)).collect()),
    ]
}

fn request(text: &str) -> Request {
    Request {
        text: fold::canonical_query(text),
        typed: text.to_owned(),
        page: 1,
        limit: 20,
        ..Request::default()
    }
}

/// A state of the input method in the middle of a word that the word does not begin with.
fn half_composed(word: &str) -> Option<String> {
    keys::states(word).filter(|state| !word.starts_with(state.as_str())).nth(1)
}

/// Words with one key wrong: the one in the middle doubled, left out or changed in turn.
fn slips(words: &[String]) -> impl Iterator<Item = String> + '_ {
    words.iter().enumerate().map(|(number, word)| slip(number, word))
}

/// Initials of titles, so many.
fn initials<'a>(
    books: &'a [&Book],
    lengths: std::ops::RangeInclusive<usize>,
) -> impl Iterator<Item = String> + 'a {
    books.iter().enumerate().filter_map(move |(number, book)| {
        let run = choseong::initials(&fold::fold(&book.title)).replace(' ', "");
        let wanted = lengths.start() + number % (lengths.end() - lengths.start() + 1);
        (run.chars().count() >= wanted).then(|| run.chars().take(wanted).collect())
    })
}

/// A Hangul word as it comes out when the keyboard is set to Latin.
fn on_latin_keys(word: &str) -> Option<String> {
    // The letters in the order of the keys: the consonants, then the vowels.
    const LETTERS: &[u8; 33] = b"rRseEfaqQtTdwWczxvgkoiOjpuPhynbml";
    let letter =
        |key: &u8| Some(char::from(*LETTERS.get(usize::from(key.checked_sub(keys::FIRST_HANGUL)?))?));
    keys::encode(word).iter().map(letter).collect()
}

fn authors<'a>(books: &'a [&Book]) -> impl Iterator<Item = String> + 'a {
    books.iter().filter_map(|book| Some(names::parse(&book.authors).first()?.text.clone()))
}
