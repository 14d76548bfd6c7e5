//! Compiled answers: what a search answered while the index was built, taken in place of searching again.
//!
//! An answer stands for one question without any parameter, as programs ask it or as pages do, each work once, read as [`request`]
//! says, and for no other. Invariant: it is the answer that the search itself would give; the builder keeps none that does not read
//! back as it was.

use seoga_index::answers::{CompiledAnswer, CompiledHit, CompiledMark, question_hash};
use seoga_index::block::Block;
use seoga_index::file::Kind;
use seoga_index::manifest::Manifest;

use crate::answer::{
    Answer, ExpansionKind, Facet, FacetCount, Highlight, HighlightField, Hit, Interpretation, Tier,
};
use crate::reader::Reader;
use crate::request::{COMPILED_LIMIT, Group, Request};

/// The facets that an answer may have.
const FACETS: [&str; 6] = ["library", "class", "year", "publisher", "lang", "years"];
/// Fields and ways of matching, by their numbers in an index.
const FIELDS: [HighlightField; 8] = [
    HighlightField::Title,
    HighlightField::OtherTitle,
    HighlightField::Authors,
    HighlightField::Publisher,
    HighlightField::Keyword,
    HighlightField::ClassName,
    HighlightField::Isbn,
    HighlightField::Volume,
];
const WAYS: [ExpansionKind; 15] = [
    ExpansionKind::Exact,
    ExpansionKind::Synonym,
    ExpansionKind::Form,
    ExpansionKind::Joined,
    ExpansionKind::Split,
    ExpansionKind::Prefix,
    ExpansionKind::Typo,
    ExpansionKind::Keyboard,
    ExpansionKind::Initials,
    ExpansionKind::Infix,
    ExpansionKind::Related,
    ExpansionKind::Isbn,
    ExpansionKind::Volume,
    ExpansionKind::Number,
    ExpansionKind::Words,
];

/// Stands before the text of a question whose answer lists works; no canonical query has it.
const WORKS: char = '\u{1}';

/// Names the question that a text asks of books or of works.
#[must_use]
pub fn question(text: &str, group: Group) -> String {
    match group {
        Group::None => text.to_owned(),
        Group::Work => format!("{WORKS}{text}"),
    }
}

/// Makes the request of a question that an answer may be compiled for: first page, no filter, by relevance.
#[must_use]
pub fn request(question: &str) -> Request {
    let (text, group) = match question.strip_prefix(WORKS) {
        Some(text) => (text, Group::Work),
        None => (question, Group::None),
    };
    Request { text: text.to_owned(), group, page: 1, limit: COMPILED_LIMIT, ..Request::default() }
}

/// Finds the place of a request's answer among those compiled, where it is such a question.
pub(crate) fn place(manifest: &Manifest, request: &Request) -> Option<u32> {
    let question = question(&request.text, request.group);
    let plain = Request { typed: request.typed.clone(), ..self::request(&question) };
    let as_typed = request.typed.is_empty() || request.typed == request.text;
    if *request != plain || !as_typed || manifest.answered.is_empty() {
        return None;
    }
    let found = manifest.answered.binary_search(&question_hash(&question)).ok()?;
    u32::try_from(found).ok()
}

/// Reads the answer at a place, if it is that of the request.
pub(crate) fn read(reader: &Reader<'_>, place: u32, request: &Request) -> Option<Answer> {
    let (number, _) = reader.manifest.directory.answers.find(place.into())?;
    let shared = reader.manifest.shared();
    let read = |block: &Block| block.answers()?.get(place, shared);
    let stored = reader.read(Kind::Answers, number, read)??;
    let mut answer = (stored.question == question(&request.text, request.group)).then(|| open(stored))??;
    // The answer is of the generation; what is known of loans is of a day.
    answer.loans_as_of = reader.loans().and_then(|contents| contents.oldest());
    answer.hits.iter_mut().for_each(|hit| reader.add_states(hit.doc, &mut hit.record));
    Some(answer)
}

fn open(stored: CompiledAnswer) -> Option<Answer> {
    let way = |by: u8| WAYS.get(usize::from(by)).copied();
    let facet = |(name, values): (String, Vec<(String, u32)>)| {
        let name = FACETS.into_iter().find(|facet| *facet == name)?;
        let counts = values.into_iter().map(|(value, count)| FacetCount { value, count }).collect();
        Some(Facet { name, counts })
    };
    let mark = |mark: CompiledMark| {
        let CompiledMark { field, start, end, by, word } = mark;
        let word = Some(word).filter(|word| !word.is_empty());
        Some(Highlight { field: *FIELDS.get(usize::from(field))?, start, end, by: way(by)?, word })
    };
    let hit = |(hit, rank): (CompiledHit, u32)| {
        let CompiledHit { doc, tier, score, prior_boost, marks, record } = hit;
        let highlights = marks.into_iter().map(mark).collect::<Option<_>>()?;
        let tier = *Tier::ALL.get(usize::from(tier))?;
        Some(Hit { doc, rank, tier, score, prior_boost, record, highlights })
    };
    let group = request(&stored.question).group;
    let interpretation = |(input, expansion, by)| Some(Interpretation { input, expansion, by: way(by)? });
    Some(Answer {
        group,
        hits: stored.hits.into_iter().zip(1..).map(hit).collect::<Option<_>>()?,
        total: stored.total,
        total_exact: stored.total_exact,
        facets: stored.facets.into_iter().map(facet).collect::<Option<_>>()?,
        facets_over: stored.facets_over,
        interpretation: stored.interpretation.into_iter().map(interpretation).collect::<Option<_>>()?,
        related: stored.related,
        ..Answer::default()
    })
}

/// Puts the answer to a question in the form in which it is stored; nothing where it would not read back as it is.
#[must_use]
pub fn compile(question: &str, answer: &Answer) -> Option<CompiledAnswer> {
    let number = |place: Option<usize>| place.and_then(|place| u8::try_from(place).ok());
    let way = |by: ExpansionKind| number(WAYS.iter().position(|way| *way == by));
    let mark = |mark: &Highlight| {
        let field = number(FIELDS.iter().position(|field| *field == mark.field))?;
        let word = mark.word.clone().unwrap_or_default();
        Some(CompiledMark { field, start: mark.start, end: mark.end, by: way(mark.by)?, word })
    };
    let hit = |hit: &Hit| {
        Some(CompiledHit {
            doc: hit.doc,
            tier: hit.tier as u8,
            score: hit.score,
            prior_boost: hit.prior_boost,
            marks: hit.highlights.iter().map(mark).collect::<Option<_>>()?,
            record: hit.record.clone(),
        })
    };
    let facet = |facet: &Facet| {
        (facet.name.to_owned(), facet.counts.iter().map(|count| (count.value.clone(), count.count)).collect())
    };
    let interpretation =
        |part: &Interpretation| Some((part.input.clone(), part.expansion.clone(), way(part.by)?));
    let stored = CompiledAnswer {
        question: question.to_owned(),
        total: answer.total,
        total_exact: answer.total_exact,
        facets_over: answer.facets_over,
        facets: answer.facets.iter().map(facet).collect(),
        interpretation: answer.interpretation.iter().map(interpretation).collect::<Option<_>>()?,
        related: answer.related.clone(),
        hits: answer.hits.iter().map(hit).collect::<Option<_>>()?,
    };
    let counted = Answer { work: answer.work, ..open(stored.clone())? };
    (counted == *answer).then_some(stored)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::request::Sort;

    fn manifest(questions: &[&str]) -> Manifest {
        let mut answered: Vec<u32> = questions.iter().map(|text| question_hash(text)).collect();
        answered.sort_unstable();
        Manifest { answered, ..Manifest::default() }
    }

    #[test]
    fn only_the_question_without_any_parameter_has_an_answer() {
        let manifest = manifest(&["가", "나", "다", &question("다", Group::Work)]);
        assert!(place(&manifest, &request("나")).is_some());
        assert_eq!(place(&manifest, &request("라")), None);
        let plain = || request("나");
        for other in [
            Request { page: 2, ..plain() },
            Request { limit: 10, ..plain() },
            Request { sort: Sort::Year, ..plain() },
            Request { typed: "나 ".to_owned(), ..plain() },
            Request { group: Group::Work, ..plain() },
            Request { filters: crate::Filters { libraries: vec![0], ..Default::default() }, ..plain() },
        ] {
            assert_eq!(place(&manifest, &other), None, "{other:?}");
        }
        assert!(place(&manifest, &Request { typed: "나".to_owned(), ..plain() }).is_some());
        let works = Request { group: Group::Work, ..request("다") };
        let places = [works, request("다")].map(|request| place(&manifest, &request));
        assert!(places[0].is_some() && places[1].is_some() && places[0] != places[1], "{places:?}");
    }

    #[test]
    fn an_answer_reads_back_as_it_was_or_is_not_compiled() {
        let every = WAYS.into_iter().zip(FIELDS.into_iter().cycle());
        let mut highlights = every
            .map(|(by, field)| Highlight { field, start: 2, end: 5, by, word: None })
            .collect::<Vec<_>>();
        let (field, by) = (HighlightField::Keyword, ExpansionKind::Exact);
        highlights.push(Highlight { field, start: 0, end: 0, by, word: Some("가".to_owned()) });
        let hit = |(place, tier): (u32, Tier)| Hit {
            doc: place * 9,
            rank: place + 1,
            tier,
            score: 7,
            prior_boost: 1,
            record: Default::default(),
            highlights: highlights.clone(),
        };
        let part = |by| Interpretation { input: "가".to_owned(), expansion: "나".to_owned(), by };
        let counts = vec![FacetCount { value: "2020".to_owned(), count: 3 }];
        let answer = Answer {
            hits: (0..).zip(Tier::ALL).map(hit).collect(),
            total: 99,
            total_exact: true,
            facets: FACETS.map(|name| Facet { name, counts: counts.clone() }).into(),
            facets_over: 88,
            interpretation: WAYS.map(part).into(),
            related: vec!["다".to_owned()],
            ..Answer::default()
        };
        for group in Group::ALL {
            let answer = Answer { group, ..answer.clone() };
            let stored = compile(&question("가", group), &answer).unwrap();
            assert_eq!(open(stored), Some(answer));
        }
        for other in [
            Answer { did_you_mean: Some("라".to_owned()), ..answer.clone() },
            Answer { rank: Some(3), ..answer.clone() },
            Answer { group: Group::Work, ..answer.clone() },
            Answer { facets: vec![Facet { name: "other", counts }], ..answer },
        ] {
            assert_eq!(compile("가", &other), None);
        }
    }
}
