//! Paths and methods: which of them exist. Not what they answer.
//!
//! Invariant: every path leads to one route or none, and a route knows its methods.

use seoga_index::book_id::BookId;

/// Stands for any book.
const NO_ID: BookId = BookId::isbn(0);

/// A route of the HTTP contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Route {
    ApiSearch,
    ApiSuggest,
    ApiBook(BookId),
    ApiLibraries,
    ApiStatus,
    Predict,
    UserChoice,
    AdminChoices,
    Home,
    SearchPage,
    BookPage(BookId),
    Citation(BookId, CitationForm),
    RecordFile(BookId, RecordForm),
    /// A book asked for by another spelling of its ISBN: goes to the page of this one.
    BookElsewhere(BookId),
    /// The books under a heading, whose name the path says.
    Heading(Heading),
    ApiHeading(Heading),
    LibrariesPage,
    List(ListForm),
    About,
    Feed,
    Opds(OpdsFeed),
    Sru,
    Oai,
    OpenSearch,
    OpenSuggest,
    Robots,
    Sitemap(Sitemap),
    Cover(BookId),
}

/// Kinds of headings under which books stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Heading {
    Series,
    Author,
    Subject,
}

impl Heading {
    const ALL: [Self; 3] = [Self::Series, Self::Author, Self::Subject];

    /// Gives what the path of its pages begins with.
    pub(crate) fn path(self) -> &'static str {
        match self {
            Self::Series => "/series/",
            Self::Author => "/authors/",
            Self::Subject => "/subjects/",
        }
    }

    /// Finds the heading of a path that says a name.
    fn find(path: &str) -> Option<Self> {
        let named = |heading: &Self| {
            path.strip_prefix(heading.path()).is_some_and(|name| !name.is_empty() && !name.contains('/'))
        };
        Self::ALL.into_iter().find(named)
    }
}

/// The forms of a visitor's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ListForm {
    Page,
    Cited(CitationForm),
    Csv,
}

/// The feeds of the OPDS catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OpdsFeed {
    Root,
    New,
    Search,
}

/// The files of the sitemap.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sitemap {
    /// The list of the others.
    Index,
    /// Pages that are there whatever the catalogue, and the libraries.
    Pages,
    /// A page of books, from 1.
    Books(u32),
}

/// The forms of a citation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CitationForm {
    Ris,
    BibTex,
    CslJson,
}

impl CitationForm {
    /// All of them, in the order in which pages offer them, with suffix and name.
    pub(crate) const ALL: [(Self, &str, &str); 3] =
        [(Self::Ris, "ris", "RIS"), (Self::BibTex, "bib", "BibTeX"), (Self::CslJson, "csl.json", "CSL-JSON")];

    /// Gives the suffix of its file.
    pub(crate) fn suffix(self) -> &'static str {
        Self::ALL.iter().find(|(form, ..)| *form == self).map_or("", |(_, suffix, _)| suffix)
    }

    /// Finds the form of a suffix.
    fn of(suffix: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, s, _)| *s == suffix).map(|(form, ..)| *form)
    }
}

/// The forms of a book's MARC record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RecordForm {
    Iso2709,
    Xml,
    Json,
}

impl RecordForm {
    /// All of them, in the order in which pages offer them, with suffix and name.
    pub(crate) const ALL: [(Self, &str, &str); 3] = [
        (Self::Iso2709, "mrc", "MARC 21"),
        (Self::Xml, "xml", "MARCXML"),
        (Self::Json, "json", "MARC-in-JSON"),
    ];

    /// Finds the form of a suffix.
    fn of(suffix: &str) -> Option<Self> {
        Self::ALL.iter().find(|(_, s, _)| *s == suffix).map(|(form, ..)| *form)
    }

    /// Gives the suffix of its file.
    pub(crate) fn suffix(self) -> &'static str {
        Self::ALL.iter().find(|(form, ..)| *form == self).map_or("", |(_, suffix, _)| suffix)
    }
}

impl Route {
    /// One route of every kind, and every form of those that come in forms.
    pub(crate) const EVERY: [Self; 42] = [
        Self::ApiSearch,
        Self::ApiSuggest,
        Self::ApiBook(NO_ID),
        Self::ApiLibraries,
        Self::ApiStatus,
        Self::Predict,
        Self::UserChoice,
        Self::AdminChoices,
        Self::Home,
        Self::SearchPage,
        Self::BookPage(NO_ID),
        Self::BookElsewhere(NO_ID),
        Self::Heading(Heading::Series),
        Self::Heading(Heading::Author),
        Self::Heading(Heading::Subject),
        Self::ApiHeading(Heading::Series),
        Self::ApiHeading(Heading::Author),
        Self::ApiHeading(Heading::Subject),
        Self::Citation(NO_ID, CitationForm::Ris),
        Self::Citation(NO_ID, CitationForm::BibTex),
        Self::Citation(NO_ID, CitationForm::CslJson),
        Self::RecordFile(NO_ID, RecordForm::Iso2709),
        Self::RecordFile(NO_ID, RecordForm::Xml),
        Self::RecordFile(NO_ID, RecordForm::Json),
        Self::LibrariesPage,
        Self::List(ListForm::Page),
        Self::List(ListForm::Cited(CitationForm::Ris)),
        Self::List(ListForm::Csv),
        Self::About,
        Self::Feed,
        Self::Opds(OpdsFeed::Root),
        Self::Opds(OpdsFeed::New),
        Self::Opds(OpdsFeed::Search),
        Self::Sru,
        Self::Oai,
        Self::OpenSearch,
        Self::OpenSuggest,
        Self::Robots,
        Self::Sitemap(Sitemap::Index),
        Self::Sitemap(Sitemap::Pages),
        Self::Sitemap(Sitemap::Books(1)),
        Self::Cover(NO_ID),
    ];

    /// Finds the route of a path.
    pub(crate) fn find(path: &str) -> Option<Self> {
        Some(match path {
            "/" => Route::Home,
            "/search" => Route::SearchPage,
            "/libraries" => Route::LibrariesPage,
            "/list" => Route::List(ListForm::Page),
            "/list.csv" => Route::List(ListForm::Csv),
            "/feeds/new.atom" => Route::Feed,
            "/opds" => Route::Opds(OpdsFeed::Root),
            "/opds/new" => Route::Opds(OpdsFeed::New),
            "/opds/search" => Route::Opds(OpdsFeed::Search),
            "/sru" => Route::Sru,
            "/oai" => Route::Oai,
            "/opensearch/suggest" => Route::OpenSuggest,
            "/sitemaps/pages.xml" => Route::Sitemap(Sitemap::Pages),
            "/about" => Route::About,
            "/opensearch.xml" => Route::OpenSearch,
            "/robots.txt" => Route::Robots,
            "/sitemap.xml" => Route::Sitemap(Sitemap::Index),
            "/predict" => Route::Predict,
            "/user-choice" => Route::UserChoice,
            "/api/search" => Route::ApiSearch,
            "/api/suggest" => Route::ApiSuggest,
            "/api/libraries" => Route::ApiLibraries,
            "/api/status" => Route::ApiStatus,
            "/admin/choices" => Route::AdminChoices,
            _ => {
                return Self::of_a_list(path)
                    .or_else(|| Self::of_a_book(path))
                    .or_else(|| Self::of_a_heading(path));
            }
        })
    }

    fn of_a_list(path: &str) -> Option<Self> {
        if let Some(suffix) = path.strip_prefix("/list.") {
            return CitationForm::of(suffix).map(|form| Route::List(ListForm::Cited(form)));
        }
        let number = path.strip_prefix("/sitemaps/books-")?.strip_suffix(".xml")?;
        let plain = number.bytes().all(|byte| byte.is_ascii_digit()) && !number.starts_with('0');
        number.parse().ok().filter(|_| plain).map(|page| Route::Sitemap(Sitemap::Books(page)))
    }

    fn of_a_heading(path: &str) -> Option<Self> {
        let of_programs = path.strip_prefix("/api").and_then(Heading::find).map(Route::ApiHeading);
        of_programs.or_else(|| Heading::find(path).map(Route::Heading))
    }

    fn of_a_book(path: &str) -> Option<Self> {
        if let Some(isbn) = path.strip_prefix("/api/books/") {
            // Programs get the book itself in any spelling.
            return number(isbn).map(Route::ApiBook);
        }
        if let Some(file) = path.strip_prefix("/covers/") {
            return BookId::parse(file.strip_suffix(".svg")?).map(Route::Cover);
        }
        let file = path.strip_prefix("/books/")?;
        if let Some((id, suffix)) = file.split_once('.') {
            let id = BookId::parse(id)?;
            let cited = CitationForm::of(suffix).map(|form| Route::Citation(id, form));
            return cited.or_else(|| RecordForm::of(suffix).map(|form| Route::RecordFile(id, form)));
        }
        BookId::parse(file).map(Route::BookPage).or_else(|| number(file).map(Route::BookElsewhere))
    }

    /// Tells whether people read it in a browser: under another host than the public one it leads there.
    pub(crate) fn is_page(self) -> bool {
        matches!(
            self,
            Route::Home
                | Route::SearchPage
                | Route::BookPage(_)
                | Route::BookElsewhere(_)
                | Route::Heading(_)
                | Route::LibrariesPage
                | Route::List(ListForm::Page)
                | Route::About
        )
    }

    /// Names the path's pattern, for the log.
    pub(crate) fn pattern(self) -> &'static str {
        match self {
            Route::ApiSearch => "/api/search",
            Route::ApiSuggest => "/api/suggest",
            Route::ApiBook(_) => "/api/books/{id}",
            Route::ApiLibraries => "/api/libraries",
            Route::ApiStatus => "/api/status",
            Route::Predict => "/predict",
            Route::UserChoice => "/user-choice",
            Route::AdminChoices => "/admin/choices",
            Route::Home => "/",
            Route::SearchPage => "/search",
            Route::BookPage(_) | Route::BookElsewhere(_) => "/books/{id}",
            Route::Heading(Heading::Series) => "/series/{name}",
            Route::Heading(Heading::Author) => "/authors/{name}",
            Route::Heading(Heading::Subject) => "/subjects/{word}",
            Route::ApiHeading(Heading::Series) => "/api/series/{name}",
            Route::ApiHeading(Heading::Author) => "/api/authors/{name}",
            Route::ApiHeading(Heading::Subject) => "/api/subjects/{word}",
            Route::Citation(_, CitationForm::Ris) => "/books/{id}.ris",
            Route::Citation(_, CitationForm::BibTex) => "/books/{id}.bib",
            Route::Citation(_, CitationForm::CslJson) => "/books/{id}.csl.json",
            Route::RecordFile(_, RecordForm::Iso2709) => "/books/{id}.mrc",
            Route::RecordFile(_, RecordForm::Xml) => "/books/{id}.xml",
            Route::RecordFile(_, RecordForm::Json) => "/books/{id}.json",
            Route::LibrariesPage => "/libraries",
            Route::List(ListForm::Page) => "/list",
            Route::List(_) => "/list.{form}",
            Route::Feed => "/feeds/new.atom",
            Route::Opds(OpdsFeed::Root) => "/opds",
            Route::Opds(OpdsFeed::New) => "/opds/new",
            Route::Opds(OpdsFeed::Search) => "/opds/search",
            Route::Sru => "/sru",
            Route::Oai => "/oai",
            Route::OpenSuggest => "/opensearch/suggest",
            Route::About => "/about",
            Route::OpenSearch => "/opensearch.xml",
            Route::Robots => "/robots.txt",
            Route::Sitemap(Sitemap::Index) => "/sitemap.xml",
            Route::Sitemap(_) => "/sitemaps/{name}.xml",
            Route::Cover(_) => "/covers/{id}.svg",
        }
    }

    /// Tells whether pages of configured foreign origins may call it.
    pub(crate) fn is_cross_origin(self) -> bool {
        matches!(
            self,
            Route::ApiSearch
                | Route::ApiSuggest
                | Route::ApiBook(_)
                | Route::ApiHeading(_)
                | Route::ApiLibraries
                | Route::ApiStatus
                | Route::Predict
                | Route::UserChoice
        )
    }

    /// Tells whether it takes POST, and nothing else but OPTIONS.
    pub(crate) fn is_post(self) -> bool {
        matches!(self, Route::Predict | Route::UserChoice)
    }

    /// Lists the methods it takes, as the header Allow has them.
    pub(crate) fn allow(self) -> &'static str {
        match (self.is_post(), self.is_cross_origin()) {
            (true, _) => "POST, OPTIONS",
            (false, true) => "GET, HEAD, OPTIONS",
            (false, false) => "GET, HEAD",
        }
    }
}

/// Tells whether a path is for programs: its errors are problem documents.
pub(crate) fn is_for_programs(path: &str) -> bool {
    ["/api/", "/admin/", "/opds/"].iter().any(|beginning| path.starts_with(beginning))
        || matches!(path, "/predict" | "/user-choice" | "/opds" | "/sru" | "/oai")
}

/// Reads an id, an ISBN in any spelling that needs no percent-encoding, or thirteen digits of any kind.
pub(crate) fn number(text: &str) -> Option<BookId> {
    let isbn = || seoga_text::isbn::parse(text).map(seoga_text::isbn::Isbn13::get);
    BookId::parse(text).or_else(|| isbn().or_else(|| seoga_text::isbn::digits(text)).map(BookId::isbn))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn books_are_found_by_every_spelling_of_their_number() {
        let id = BookId::isbn(9_788_966_260_997);
        assert_eq!(Route::find("/books/9788966260997"), Some(Route::BookPage(id)));
        assert_eq!(Route::find("/books/978-89-6626-099-7"), Some(Route::BookElsewhere(id)));
        assert_eq!(Route::find("/books/8966260993"), Some(Route::BookElsewhere(id)));
        assert_eq!(Route::find("/api/books/8966260993"), Some(Route::ApiBook(id)));
        assert_eq!(Route::find("/books/9788966260997.ris"), Some(Route::Citation(id, CitationForm::Ris)));
        assert_eq!(Route::find("/covers/9788966260997.svg"), Some(Route::Cover(id)));
        assert_eq!(
            Route::find("/books/9788966260997.csl.json"),
            Some(Route::Citation(id, CitationForm::CslJson))
        );
        // A number that is no ISBN may still be in a catalogue.
        assert_eq!(
            Route::find("/books/8809254941969"),
            Some(Route::BookPage(BookId::isbn(8_809_254_941_969)))
        );
    }

    #[test]
    fn books_are_found_by_ids_made_of_their_records() {
        let id = BookId::parse("xabcdefghijkl").unwrap();
        assert_eq!(Route::find("/books/xabcdefghijkl"), Some(Route::BookPage(id)));
        assert_eq!(Route::find("/api/books/xabcdefghijkl"), Some(Route::ApiBook(id)));
        assert_eq!(Route::find("/books/xabcdefghijkl.bib"), Some(Route::Citation(id, CitationForm::BibTex)));
        assert_eq!(Route::find("/covers/xabcdefghijkl.svg"), Some(Route::Cover(id)));
        for path in ["/books/XABCDEFGHIJKL", "/books/xabcdefghijk1", "/api/books/xabc"] {
            assert_eq!(Route::find(path), None, "{path}");
        }
    }

    #[test]
    fn headings_are_found_by_any_name() {
        assert_eq!(Route::find("/series/%ED%86%A0%EC%A7%80"), Some(Route::Heading(Heading::Series)));
        assert_eq!(Route::find("/authors/김서가"), Some(Route::Heading(Heading::Author)));
        assert_eq!(Route::find("/api/subjects/c%2B%2B"), Some(Route::ApiHeading(Heading::Subject)));
        for path in ["/series/", "/authors", "/api/subjects/", "/authors/a/b", "/api/authors"] {
            assert_eq!(Route::find(path), None, "{path}");
        }
    }

    #[test]
    fn lists_and_sitemaps_have_their_forms() {
        assert_eq!(Route::find("/list.csv"), Some(Route::List(ListForm::Csv)));
        assert_eq!(Route::find("/list.bib"), Some(Route::List(ListForm::Cited(CitationForm::BibTex))));
        assert_eq!(Route::find("/sitemaps/books-12.xml"), Some(Route::Sitemap(Sitemap::Books(12))));
    }

    #[test]
    fn other_paths_lead_nowhere() {
        for path in [
            "",
            "/x",
            "/books/",
            "/books/12",
            "/books/9788966260997.pdf",
            "/search/",
            "/api/",
            "/api/books/",
            "/covers/1.svg",
            "/Search",
            "/list.",
            "/list.pdf",
            "/feeds/",
            "/sitemaps/books-.xml",
            "/sitemaps/books-0.xml",
            "/sitemaps/books-01.xml",
            "/sitemaps/books-99999999999.xml",
        ] {
            assert_eq!(Route::find(path), None, "{path}");
        }
    }

    /// Misses a route that is not in [`Route::EVERY`], or does not compile.
    #[test]
    fn every_kind_of_route_is_listed() {
        let number = |route: Route| match route {
            Route::ApiSearch => 0,
            Route::ApiSuggest => 1,
            Route::ApiBook(_) => 2,
            Route::ApiLibraries => 3,
            Route::ApiStatus => 4,
            Route::Predict => 5,
            Route::UserChoice => 6,
            Route::AdminChoices => 7,
            Route::Home => 8,
            Route::SearchPage => 9,
            Route::BookPage(_) => 10,
            Route::BookElsewhere(_) => 11,
            Route::Citation(_, CitationForm::Ris) => 12,
            Route::Citation(_, CitationForm::BibTex) => 13,
            Route::Citation(_, CitationForm::CslJson) => 14,
            Route::LibrariesPage => 15,
            Route::List(ListForm::Page) => 16,
            Route::List(ListForm::Cited(_)) => 17,
            Route::List(ListForm::Csv) => 18,
            Route::About => 19,
            Route::Feed => 20,
            Route::OpenSearch => 21,
            Route::OpenSuggest => 22,
            Route::Robots => 23,
            Route::Sitemap(Sitemap::Index) => 24,
            Route::Sitemap(Sitemap::Pages) => 25,
            Route::Sitemap(Sitemap::Books(_)) => 26,
            Route::Cover(_) => 27,
            Route::RecordFile(_, RecordForm::Iso2709) => 28,
            Route::RecordFile(_, RecordForm::Xml) => 29,
            Route::RecordFile(_, RecordForm::Json) => 30,
            Route::Opds(OpdsFeed::Root) => 31,
            Route::Opds(OpdsFeed::New) => 32,
            Route::Opds(OpdsFeed::Search) => 33,
            Route::Sru => 34,
            Route::Oai => 35,
            Route::Heading(heading) => 36 + heading as i32,
            Route::ApiHeading(heading) => 39 + heading as i32,
        };
        let mut numbers = Route::EVERY.map(number).to_vec();
        numbers.sort_unstable();
        assert_eq!(numbers, (0..42).collect::<Vec<_>>());
    }

    proptest! {
        #[test]
        fn any_path_is_read_without_panic(path in "/(api/|books/|covers/|list|sitemaps/books-)?\\PC*") {
            let _ = Route::find(&path).map(|route| (route.pattern(), route.allow()));
        }
    }
}
