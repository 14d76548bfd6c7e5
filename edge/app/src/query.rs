//! A search as its URL says it: read, checked, and written back in canonical form.
//!
//! The words in the box (`title:` and the like) belong to `seoga-search`. Invariant: two URLs that ask the
//! same have the same canonical query string, and unknown parameters are in none.

use seoga_index::columns::Language;
use seoga_index::manifest::Manifest;
use seoga_search::{Filters, Group, Sort, YearRange, year_range};
use seoga_text::fold::canonical_query;
use seoga_text::volume;

use crate::http::params::{Params, encode_into};
use crate::http::problem::{Problem, Takes};
use crate::limits;
use crate::strings::Hl;

/// A search as asked, before any index is at hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Query {
    /// The canonical query; empty only on pages.
    pub(crate) text: String,
    /// The query with its capitals, else like `text`; empty when it is the same.
    pub(crate) typed: String,
    /// Names of libraries, sorted, each once.
    pub(crate) libraries: Vec<String>,
    /// The visitor's own libraries, the dearest first: they order what is shown and choose nothing; empty for programs.
    pub(crate) mine: Vec<String>,
    /// Class numbers or beginnings of them, sorted, each once.
    pub(crate) classes: Vec<String>,
    pub(crate) year: Option<YearRange>,
    /// Names of publishers, sorted, each once.
    pub(crate) publishers: Vec<String>,
    pub(crate) language: Option<Language>,
    /// The key of a volume.
    pub(crate) volume: Option<String>,
    pub(crate) series: Option<String>,
    /// Whether only books are listed that are on the shelf, as far as something is known of loans.
    pub(crate) available: bool,
    pub(crate) sort: Sort,
    /// Where it is other than whoever asks gets by default.
    pub(crate) group: Option<Group>,
    /// Stands where the URL does not say.
    pub(crate) group_by_default: Group,
    /// From 1.
    pub(crate) page: u32,
    pub(crate) limit: u32,
    /// The interface language, where the URL says it.
    pub(crate) hl: Option<Hl>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            text: String::new(),
            typed: String::new(),
            libraries: Vec::new(),
            mine: Vec::new(),
            classes: Vec::new(),
            year: None,
            publishers: Vec::new(),
            language: None,
            volume: None,
            series: None,
            available: false,
            sort: Sort::default(),
            group: None,
            group_by_default: Group::None,
            page: 1,
            limit: limits::DEFAULT_LIMIT,
            hl: None,
        }
    }
}

const SORTS: &[&str] = &["relevance", "newest", "year", "title", "holdings", "loans"];
const LANGUAGES: &[&str] = &["ko", "en", "other"];
const AVAILABLE: &[&str] = &["1"];
const GROUPS: &[&str] = &["work", "none"];

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asker {
    /// A program: without words there is nothing to ask, and it gets books.
    Program,
    /// A page: without words it shows its form, and it gets works.
    Page,
}

impl Query {
    /// Reads the parameters.
    pub(crate) fn parse(params: &Params<'_>, asker: Asker) -> Result<Self, Problem> {
        let (text, typed) = words(params, asker == Asker::Program)?;
        let mut query =
            Self { text, typed, libraries: libraries(params.all("library")?)?, ..Self::default() };
        if asker == Asker::Page {
            query.mine = mine(params)?;
        }
        query.classes = classes(params.all("class")?)?;
        query.year = params.one("year")?.map(|text| years(&text)).transpose()?;
        query.publishers = publishers(params.all("publisher")?)?;
        if let Some(code) = params.one("lang")? {
            let language = Language::from_code(&code);
            query.language =
                Some(language.ok_or_else(|| Problem::parameter("lang", code, Takes::OneOf(LANGUAGES)))?);
        }
        query.volume = params.one("volume")?.map(volume).transpose()?;
        let beside = chars(&query.publishers);
        query.series = params.one("series")?.map(|name| series(name, beside)).transpose()?;
        if let Some(code) = params.one("available")? {
            query.available = code == "1";
            if !query.available {
                return Err(Problem::parameter("available", code, Takes::OneOf(AVAILABLE)));
            }
        }
        if let Some(code) = params.one("sort")? {
            query.sort = Sort::from_code(&code)
                .ok_or_else(|| Problem::parameter("sort", code, Takes::OneOf(SORTS)))?;
        }
        query.group_by_default = if asker == Asker::Page { Group::Work } else { Group::None };
        if let Some(code) = params.one("group")? {
            let group = Group::from_code(&code)
                .ok_or_else(|| Problem::parameter("group", code, Takes::OneOf(GROUPS)))?;
            query.group = Some(group).filter(|group| *group != query.group_by_default);
        }
        query.limit = number(params, "limit", 1, limits::MAX_LIMIT)?.unwrap_or(limits::DEFAULT_LIMIT);
        query.page = number(params, "page", 1, limits::MAX_REACH)?.unwrap_or(1);
        if query.page > query.last_page() {
            let takes = Takes::Page(query.last_page());
            return Err(Problem::parameter("page", query.page.to_string(), takes));
        }
        query.hl = hl(params)?;
        Ok(query)
    }

    /// Takes the years that a page's form asks for in two boxes, in either order; an empty box is open.
    pub(crate) fn with_years_of_form(self, params: &Params<'_>) -> Result<Self, Problem> {
        let box_of = |name| number(params, name, limits::FIRST_YEAR, limits::LAST_YEAR);
        let (from, to) = (box_of("from")?, box_of("until")?);
        let (from, to) = if to.is_some() && from > to { (to, from) } else { (from, to) };
        let year = |year: Option<u32>| year.and_then(|year| u16::try_from(year).ok());
        let range = YearRange { from: year(from), to: year(to) };
        Ok(if range == YearRange::default() { self } else { Self { year: Some(range), ..self } })
    }

    /// Numbers the last page within reach.
    pub(crate) fn last_page(&self) -> u32 {
        limits::MAX_REACH / self.limit.max(1)
    }

    /// Makes the search for one generation, whose list of libraries numbers the ones asked for.
    pub(crate) fn request(&self, manifest: &Manifest) -> Result<seoga_search::Request, Problem> {
        Ok(seoga_search::Request {
            text: self.text.clone(),
            typed: self.typed.clone(),
            filters: self.filters(manifest)?,
            sort: self.sort,
            page: self.page,
            limit: self.limit,
            group: self.grouping(),
        })
    }

    fn filters(&self, manifest: &Manifest) -> Result<Filters, Problem> {
        let mut libraries = Vec::with_capacity(self.libraries.len());
        for name in &self.libraries {
            let number = manifest.library(name);
            let number = number.ok_or_else(|| Problem::parameter("library", name.clone(), Takes::Library))?;
            insert(&mut libraries, number);
        }
        Ok(Filters {
            libraries,
            classes: self.classes.clone(),
            year: self.year,
            publishers: self.publishers.clone(),
            language: self.language,
            volume: self.volume.clone(),
            series: self.series.clone(),
            available: manifest.availability.filter(|_| self.available),
            ..Filters::default()
        })
    }

    /// Gives what is listed and counted.
    pub(crate) fn grouping(&self) -> Group {
        self.group.unwrap_or(self.group_by_default)
    }

    /// Tells whether any filter is set.
    pub(crate) fn is_filtered(&self) -> bool {
        !self.libraries.is_empty()
            || !self.classes.is_empty()
            || self.year.is_some()
            || !self.publishers.is_empty()
            || self.language.is_some()
            || self.volume.is_some()
            || self.series.is_some()
            || self.available
    }

    /// Makes this search without its filters.
    pub(crate) fn unfiltered(&self) -> Self {
        Self {
            text: self.text.clone(),
            typed: self.typed.clone(),
            mine: self.mine.clone(),
            sort: self.sort,
            group: self.group,
            group_by_default: self.group_by_default,
            limit: self.limit,
            hl: self.hl,
            ..Self::default()
        }
    }

    /// Makes this search with other words.
    pub(crate) fn with_words(&self, words: &str) -> Self {
        let (text, typed) = canonical(words);
        Self { text, typed, page: 1, ..self.clone() }
    }

    /// Gives the words for the search box, with the capitals they were typed with.
    pub(crate) fn shown(&self) -> &str {
        if self.typed.is_empty() { &self.text } else { &self.typed }
    }

    /// Writes the query string in canonical form, without `?`: fixed order, defaults left out.
    pub(crate) fn to_query_string(&self) -> String {
        let mut out = String::new();
        let mut put = |name: &str, value: &str| {
            if !out.is_empty() {
                out.push('&');
            }
            out.push_str(name);
            out.push('=');
            encode_into(&mut out, value);
        };
        if !self.text.is_empty() {
            put("q", self.shown());
        }
        self.libraries.iter().for_each(|library| put("library", library));
        self.mine.iter().for_each(|library| put("mine", library));
        for (name, value) in self.others() {
            put(name, &value);
        }
        if self.page != 1 {
            put("page", &self.page.to_string());
        }
        out
    }

    /// Lists the parameters that are set, each with a value, but words, libraries and the page: a form repeats them in hidden fields.
    pub(crate) fn others(&self) -> Vec<(&'static str, String)> {
        let mut values = Vec::new();
        let mut put = |name, value: Option<String>| values.extend(value.map(|value| (name, value)));
        self.classes.iter().for_each(|class| put("class", Some(class.clone())));
        put("year", self.year.map(years_text));
        self.publishers.iter().for_each(|name| put("publisher", Some(name.clone())));
        put("lang", self.language.map(|language| language.code().to_owned()));
        put("volume", self.volume.clone());
        put("series", self.series.clone());
        put("available", self.available.then(|| "1".to_owned()));
        put("sort", (self.sort != Sort::default()).then(|| self.sort.code().to_owned()));
        put("group", self.group.map(|group| group.code().to_owned()));
        put("limit", (self.limit != limits::DEFAULT_LIMIT).then(|| self.limit.to_string()));
        put("hl", self.hl.map(|hl| hl.code().to_owned()));
        values
    }
}

/// Makes the canonical query and, when it differs in capitals alone, the one typed.
pub(crate) fn canonical(raw: &str) -> (String, String) {
    let text = canonical_query(raw);
    let mut typed = String::with_capacity(raw.len());
    for word in raw.split_whitespace() {
        if !typed.is_empty() {
            typed.push(' ');
        }
        typed.push_str(word);
    }
    if typed == text || typed.to_ascii_lowercase() != text {
        typed.clear();
    }
    (text, typed)
}

/// `q`, in canonical form and as typed; checked for its length.
pub(crate) fn words(params: &Params<'_>, needed: bool) -> Result<(String, String), Problem> {
    let raw = params.one("q")?.unwrap_or_default();
    let (text, typed) = canonical(&raw);
    let chars = text.chars().count();
    if chars > limits::MAX_QUERY_CHARS || needed && chars == 0 {
        return Err(Problem::parameter("q", raw, Takes::Chars(1, limits::MAX_QUERY_CHARS)));
    }
    Ok((text, typed))
}

/// Reads the interface language, where the parameter says it.
pub(crate) fn hl(params: &Params<'_>) -> Result<Option<Hl>, Problem> {
    let Some(code) = params.one("hl")? else { return Ok(None) };
    let language = Hl::from_code(&code);
    language.map(Some).ok_or_else(|| Problem::parameter("hl", code, Takes::OneOf(Hl::CODES)))
}

/// Reads a whole number within bounds.
pub(crate) fn number(
    params: &Params<'_>,
    name: &'static str,
    least: u32,
    most: u32,
) -> Result<Option<u32>, Problem> {
    let Some(text) = params.one(name)? else { return Ok(None) };
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    match text.parse::<u32>() {
        Ok(number) if digits && (least..=most).contains(&number) => Ok(Some(number)),
        _ => Err(Problem::parameter(name, text, Takes::Number(least, most))),
    }
}

/// Names of libraries, sorted, each once; empty ones left out.
pub(crate) fn libraries(names: Vec<String>) -> Result<Vec<String>, Problem> {
    several("library", names, limits::MAX_LIBRARIES)
}

/// Checks class numbers or beginnings of them.
pub(crate) fn classes(numbers: Vec<String>) -> Result<Vec<String>, Problem> {
    let numbers = several("class", numbers, limits::MAX_CLASSES)?;
    numbers.iter().try_for_each(|number| class(number))?;
    Ok(numbers)
}

/// Sorts the values of a parameter, each once, and leaves empty ones out. Every value counts against the limit, equal and empty
/// ones too.
fn several(name: &'static str, values: Vec<String>, most: usize) -> Result<Vec<String>, Problem> {
    if values.len() > most {
        let got = match name {
            "library" => format!("{} libraries", values.len()),
            _ => format!("{} values", values.len()),
        };
        return Err(Problem::parameter(name, got, Takes::AtMost(most)));
    }
    let mut sorted = Vec::with_capacity(values.len());
    values.into_iter().filter(|value| !value.is_empty()).for_each(|value| insert(&mut sorted, value));
    Ok(sorted)
}

/// Reads the names of the visitor's own libraries: each once, in the order given.
pub(crate) fn mine(params: &Params<'_>) -> Result<Vec<String>, Problem> {
    let names = params.all("mine")?;
    if names.len() > limits::MAX_MINE {
        let got = format!("{} libraries", names.len());
        return Err(Problem::parameter("mine", got, Takes::AtMost(limits::MAX_MINE)));
    }
    let mut mine = Vec::with_capacity(names.len());
    for name in names {
        if !name.is_empty() && !mine.contains(&name) {
            mine.push(name);
        }
    }
    Ok(mine)
}

/// Puts a value where it belongs in an ascending list, unless it is there. For lists of some dozens: a sort of the
/// standard library is 5 KB of WASM for each type.
pub(crate) fn insert<T: Ord>(ascending: &mut Vec<T>, value: T) {
    if let Err(at) = ascending.binary_search(&value) {
        ascending.insert(at, value);
    }
}

/// Checks words in the names of places or of other things that a page lists.
pub(crate) fn names(name: &'static str, text: Option<String>) -> Result<String, Problem> {
    let text = text.unwrap_or_default();
    match text.chars().count() <= limits::MAX_PLACE_CHARS {
        true => Ok(text.trim().to_owned()),
        false => Err(Problem::parameter(name, text, Takes::Chars(1, limits::MAX_PLACE_CHARS))),
    }
}

/// Checks a class number, or the beginning of one.
pub(crate) fn class(text: &str) -> Result<(), Problem> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let whole_fits = if text.contains('.') { whole.len() == 3 } else { whole.len() <= 3 };
    if text.len() <= limits::MAX_CLASS_CHARS && whole_fits && digits(whole) && digits(decimals) {
        Ok(())
    } else {
        Err(Problem::parameter("class", text, Takes::Class))
    }
}

/// Checks names of publishers, which together fit into a query id.
pub(crate) fn publishers(names: Vec<String>) -> Result<Vec<String>, Problem> {
    let names = several("publisher", names, limits::MAX_PUBLISHERS)?;
    if chars(&names) <= limits::MAX_PUBLISHER_CHARS {
        Ok(names)
    } else {
        Err(Problem::parameter("publisher", names.join(", "), Takes::Chars(1, limits::MAX_PUBLISHER_CHARS)))
    }
}

/// Counts the characters of texts.
fn chars(texts: &[String]) -> usize {
    texts.iter().map(|text| text.chars().count()).sum()
}

/// Writes a volume as its key.
fn volume(text: String) -> Result<String, Problem> {
    if text.chars().count() <= limits::MAX_VOLUME_CHARS {
        // Without a letter or digit it is no volume of any book.
        Ok(volume::key(&text).unwrap_or(text))
    } else {
        Err(Problem::parameter("volume", text, Takes::Chars(1, limits::MAX_VOLUME_CHARS)))
    }
}

/// Checks the name of a series beside publishers' names of so many characters: together they fit into a query id.
fn series(text: String, beside: usize) -> Result<String, Problem> {
    let most = limits::MAX_SERIES_CHARS.saturating_sub(beside);
    if text.chars().count() <= most {
        Ok(text)
    } else {
        Err(Problem::parameter("series", text, Takes::Chars(1, most)))
    }
}

/// `2020`, `2018-2023`, `2020-` or `-2020`, as the box takes them behind `year:`.
fn years(text: &str) -> Result<YearRange, Problem> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let range = year_range(text).filter(|_| plain);
    range.ok_or_else(|| Problem::parameter("year", text, Takes::Years))
}

/// Writes years as the parameter has them.
fn years_text(range: YearRange) -> String {
    let text = |year: Option<u16>| year.map(|year| format!("{year:04}")).unwrap_or_default();
    if range.from == range.to { text(range.from) } else { format!("{}-{}", text(range.from), text(range.to)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parse(raw: &str) -> Result<Query, Problem> {
        Query::parse(&Params::parse(raw).unwrap(), Asker::Program)
    }

    fn refused(raw: &str) -> (&'static str, String) {
        let problem = parse(raw).expect_err(raw);
        assert_eq!(problem.status(), 400, "{raw}");
        (problem.parameter.unwrap(), problem.got.unwrap())
    }

    #[test]
    fn libraries_of_ones_own_ride_along_and_choose_nothing() {
        let of = |text: &str, asker| Query::parse(&Params::parse(text).unwrap(), asker).unwrap();
        let query = of("mine=%EB%82%98&q=a&mine=%EA%B0%80&mine=%EB%82%98&mine=", Asker::Page);
        assert_eq!((query.mine.join(" "), query.is_filtered()), ("나 가".to_owned(), false));
        assert_eq!(query.to_query_string(), "q=a&mine=나&mine=가");
        assert_eq!(query.unfiltered().mine, query.mine);
        assert!(of("q=a&mine=%EB%82%98", Asker::Program).mine.is_empty());
        let many = ["mine=a"; limits::MAX_MINE + 1].join("&");
        assert!(Query::parse(&Params::parse(&many).unwrap(), Asker::Page).is_err());
    }

    #[test]
    fn the_query_is_canonical() {
        let query = parse("q=++C%2B%2B%09Primer+").unwrap();
        assert_eq!(query.text, "c++ primer");
        assert_eq!(query.typed, "C++ Primer");
        // NFD jamo compose; then the capitals are not worth a second form.
        let query = parse("q=%E1%84%92%E1%85%A1%E1%86%AB+A").unwrap();
        assert_eq!((query.text.as_str(), query.typed.as_str()), ("한 a", ""));
    }

    #[test]
    fn what_lies_out_of_range_is_named_with_what_it_got() {
        for (raw, parameter, got) in [
            ("", "q", ""),
            ("q=+", "q", " "),
            ("q=a&limit=0", "limit", "0"),
            ("q=a&limit=51", "limit", "51"),
            ("q=a&limit=%2B5", "limit", "+5"),
            ("q=a&page=0", "page", "0"),
            ("q=a&page=51", "page", "51"),
            ("q=a&page=99999999999", "page", "99999999999"),
            ("q=a&sort=best", "sort", "best"),
            ("q=a&group=works", "group", "works"),
            ("q=a&lang=kr", "lang", "kr"),
            ("q=a&hl=fr", "hl", "fr"),
            ("q=a&year=20201", "year", "20201"),
            ("q=a&year=2023-2018", "year", "2023-2018"),
            ("q=a&year=-", "year", "-"),
            ("q=a&year=%2B202", "year", "+202"),
            ("q=a&year=20", "year", "20"),
            ("q=a&class=0045", "class", "0045"),
            ("q=a&class=04.7", "class", "04.7"),
            ("q=a&class=004.", "class", "004."),
            ("q=a&q=b", "q", "2 values"),
        ] {
            assert_eq!(refused(raw), (parameter, got.to_owned()), "{raw}");
        }
        let long = format!("q={}", "a".repeat(201));
        assert_eq!(refused(&long).0, "q");
        let many: String = (0..51).map(|n| format!("&library=L{n}")).collect();
        assert_eq!(refused(&format!("q=a{many}")), ("library", "51 libraries".to_owned()));
        for equal in ["&library=L", "&library="] {
            let equal = format!("q=a{}", equal.repeat(51));
            assert_eq!(refused(&equal), ("library", "51 libraries".to_owned()));
        }
        assert!(parse(&format!("q=a{}", "&library=L".repeat(50))).is_ok());
    }

    #[test]
    fn classes_and_publishers_may_be_several_within_what_a_query_id_holds() {
        let query = parse("q=a&class=813&publisher=b&class=005.7&publisher=a&class=813&class=").unwrap();
        assert_eq!(query.to_query_string(), "q=a&class=005.7&class=813&publisher=a&publisher=b");
        assert_eq!(refused("q=a&class=005&class=x&class=y"), ("class", "x".to_owned()));
        assert_eq!(refused("q=a&class=y&class=x&class=005"), ("class", "x".to_owned()), "in whatever order");
        for name in ["class", "publisher"] {
            let times = |times: usize| format!("q=a{}", format!("&{name}=1").repeat(times));
            assert!(parse(&times(5)).is_ok());
            assert_eq!(refused(&times(6)), (name, "6 values".to_owned()));
        }
        let name = |length: usize| "p".repeat(length);
        assert!(parse(&format!("q=a&publisher={}&publisher=x&series=y", name(198))).is_ok());
        assert_eq!(refused(&format!("q=a&publisher={}&publisher=x", name(200))).0, "publisher");
        assert_eq!(refused(&format!("q=a&publisher={}&publisher=x&series=yz", name(198))).0, "series");
    }

    #[test]
    fn page_times_limit_reaches_a_thousand_and_no_further() {
        assert!(parse("q=a&limit=50&page=20").is_ok());
        assert_eq!(refused("q=a&limit=50&page=21").0, "page");
        assert!(parse("q=a&limit=1&page=1000").is_ok());
    }

    #[test]
    fn canonical_query_strings_are_one_for_one_question() {
        let canonical = |raw: &str| parse(raw).unwrap().to_query_string();
        assert_eq!(
            canonical(
                "library=b&utm=1&year=2020-2020&q=a&page=1&library=a&library=b&sort=relevance&limit=20"
            ),
            "q=a&library=a&library=b&year=2020"
        );
        assert_eq!(canonical("q=a&page=2&year=2020-&lang=&publisher="), "q=a&year=2020-&page=2");
        assert_eq!(parse("q=%EA%B0%80%26").unwrap().to_query_string(), "q=가%26");
    }

    #[test]
    fn two_boxes_of_years_are_a_range_in_either_order() {
        let of = |raw: &str| {
            let params = Params::parse(raw).unwrap();
            Query::parse(&params, Asker::Page).unwrap().with_years_of_form(&params)
        };
        for (raw, year) in [
            ("from=2015&until=2020", Some("2015-2020")),
            ("from=2020&until=2015", Some("2015-2020")),
            ("from=2020&until=2020", Some("2020")),
            ("from=2015&until=", Some("2015-")),
            ("from=&until=2020", Some("-2020")),
            ("from=&until=", None),
            ("year=2001", Some("2001")),
            ("year=2001&from=2015", Some("2015-")),
        ] {
            assert_eq!(of(raw).unwrap().year.map(years_text).as_deref(), year, "{raw}");
        }
        for (raw, parameter) in
            [("from=20", "from"), ("until=abcd", "until"), ("from=2015&from=2016", "from")]
        {
            assert_eq!(of(raw).unwrap_err().parameter, Some(parameter), "{raw}");
        }
    }

    #[test]
    fn an_empty_query_is_no_fault_on_a_page() {
        let query = Query::parse(&Params::parse("q=&library=a").unwrap(), Asker::Page).unwrap();
        assert_eq!((query.text.as_str(), query.libraries.len()), ("", 1));
    }

    proptest! {
        #[test]
        fn canonical_query_strings_read_back(
            text in "\\PC{1,40}",
            libraries in prop::collection::vec("\\PC{1,8}", 0..4),
            year in prop::option::of((1u16..9999, 0u16..50)),
            classes in prop::collection::btree_set("[0-9]{1,3}", 0..4),
            publishers in prop::collection::btree_set("\\PC{1,10}", 0..4),
            page in 1u32..20,
            limit in 1u32..50,
        ) {
            let (text, typed) = canonical(&text);
            prop_assume!(!text.is_empty());
            let year = year.map(|(from, more)| YearRange { from: Some(from), to: Some((from + more).min(9999)) });
            let libraries = super::libraries(libraries).unwrap();
            let (classes, publishers) = (classes.into_iter().collect(), publishers.into_iter().collect());
            let query = Query { text, typed, libraries, classes, year, publishers, page, limit, ..Query::default() };
            prop_assert_eq!(parse(&query.to_query_string()), Ok(query.clone()));
            prop_assert_eq!(parse(&query.to_query_string()), Ok(query));
        }

        #[test]
        fn any_query_string_is_read_without_panic(raw: String) {
            let _ = parse(&raw);
        }
    }
}
