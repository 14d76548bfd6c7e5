//! English: what the interface says in English; also the language of problem documents.

use seoga_search::{ExpansionKind, Group, HighlightField, Sort};

use seoga_text::number::grouped;

use super::table::Strings;
use crate::choices::query_id::Refusal;
use crate::choices::record::Field;
use crate::http::problem::{ProblemKind, Takes};
use crate::routes::Heading;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

fn counted(number: u32, one: &str, many: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{} {many}", grouped(number)) }
}

fn libraries(count: usize) -> String {
    counted(u32::try_from(count).unwrap_or(u32::MAX), "library", "libraries")
}

pub(super) static STRINGS: Strings = Strings {
    brand: "Seoga",
    tagline: "Search the public libraries near you, all at once",
    skip: "Skip to content",
    skip_to_books: "Skip to the books",
    site_navigation: "Site",
    nav_libraries: |mine| match mine {
        0 => "Libraries".to_owned(),
        n => format!("My libraries: {n}"),
    },
    nav_list: "My list",
    nav_about: "About",
    switch_language: "한국어",
    invented: "An invented sample: no real books or libraries.",
    data_of: |date| format!("Data as of {date}"),
    holdings_note: "We know what a library holds, not what is on loan. Ask the library before you go.",
    privacy: "Sharing what you pick, and privacy",
    search: "Search",
    search_label: "Find books",
    search_hint: "Title, author, publisher, topic, ISBN",
    search_in: |library| format!("Search {library}"),
    choose_libraries: "Choose my libraries",
    only_in: |chosen| match chosen {
        0 => "Only at chosen libraries (now: at all of them)".to_owned(),
        n => format!("Only at chosen libraries ({n} chosen)"),
    },
    libraries_legend: "Search only here (none chosen means all libraries)",
    home_title: "Which book are you looking for?",
    home_counts: |books, count| {
        format!("Searches {} in {}.", counted(books, "book", "books"), libraries(count))
    },
    home_how: &[
        "Several words find the books that have them all.",
        "Initial consonants (ㅍㅇㅆ) and the wrong keyboard layout (vkdlTjs) are understood.",
        "Put title: author: publisher: isbn: class: library: year: before a word to look there only.",
    ],
    home_how_title: "Ways to search",
    new_title: "New arrivals",
    new_of: |what| format!("New arrivals: {what}"),
    new_all: "All books, newest first",
    arrived: |date| format!("registered {date}"),
    feed: "Feed of new arrivals (Atom)",
    classes_title: "Browse by subject",
    collection_title: "What is in this catalogue",
    collection: "The holdings that the libraries below have published, put together by ISBN: what each holds, and since when.",
    all_libraries: "All libraries",
    results_title: |query| format!("Results for “{query}”"),
    total: |total, exact, group| {
        let books = match group {
            Group::Work => counted(total, "work", "works"),
            Group::None => counted(total, "book", "books"),
        };
        if exact { books } else { format!("at least {books}") }
    },
    other_editions: |editions| counted(editions, "other edition", "other editions"),
    regroup: |group| match group {
        Group::Work => "Show every edition by itself",
        Group::None => "Show one entry for each work",
    },
    read_as: |input, reading, by| format!("“{input}” was read as “{reading}” ({by})."),
    also: "Also searched",
    related: "Related topics",
    active_filters: "Active filters",
    remove_filter: |name| format!("Remove {name}"),
    clear_filters: "Clear all",
    narrow: "Filters",
    to_narrow: "Filter",
    show_found: |found| format!("Show {found}"),
    more: |left| format!("{left} more"),
    whole: |facet| format!("{facet}: show all"),
    whole_find: "Find in this list",
    whole_find_do: "Find",
    whole_nothing: "Nothing in this list has that name.",
    whole_some: |shown, all| format!("{shown} of {all} are shown. Find the others by name."),
    back_to_results: "Back to the results",
    facets_over: |over| format!("Counted over the first {}.", counted(over, "book", "books")),
    sort: "Sort by",
    sorts: |sort| match sort {
        Sort::Relevance => "relevance",
        Sort::Newest => "newest arrival",
        Sort::Year => "year",
        Sort::Title => "title",
        Sort::Holdings => "most libraries",
        Sort::Loans => "most loans",
        Sort::Cooccurrence => "most topics",
        Sort::Series => "number in the series",
    },
    facet: |name| match name {
        "library" => "Library",
        "class" => "Class",
        "year" => "Year",
        "publisher" => "Publisher",
        _ => "Language",
    },
    years: |years| match (years.from, years.to) {
        (Some(from), Some(to)) if from == to => format!("{from}"),
        (Some(from), Some(to)) => format!("{from}–{to}"),
        (Some(from), None) => format!("from {from}"),
        (None, Some(to)) => format!("to {to}"),
        (None, None) => String::new(),
    },
    year_from: "From year",
    year_until: "To year",
    year_digits: "A year in four digits",
    year_set: "Show these years",
    book_language: |code| match code {
        "ko" => "Korean",
        "en" => "English",
        _ => "Other languages",
    },
    held_at: libraries,
    in_all: |libraries| format!("{libraries} in all"),
    at_none_of: |count| format!("At none of yours, at {}", libraries(count)),
    at_mine: |mine, all| format!("at {mine} of yours · {all} in all"),
    mine: "yours",
    mine_chosen: |names| format!("Your libraries: {names}. They come first wherever books are shown."),
    mine_legend: "Choose the libraries you go to, and they come first everywhere",
    mine_kept: "The libraries you choose stand in this site's addresses, from page to page; with script they are remembered on this device. There is no account.",
    mine_set: "Make these my libraries",
    mine_clear: "Forget my libraries",
    why: "Why it matched",
    matched_field: |field| match field {
        HighlightField::Title => "title",
        HighlightField::OtherTitle => "another title",
        HighlightField::Authors => "author",
        HighlightField::Publisher => "publisher",
        HighlightField::Keyword => "topic word",
        HighlightField::ClassName => "class name",
        HighlightField::Isbn => "ISBN",
        HighlightField::Volume => "volume",
    },
    reading: |reading| match reading {
        ExpansionKind::Exact | ExpansionKind::Isbn => "as typed",
        ExpansionKind::Synonym => "same meaning",
        ExpansionKind::Form => "another form",
        ExpansionKind::Joined => "written as one",
        ExpansionKind::Split => "written apart",
        ExpansionKind::Prefix => "longer word",
        ExpansionKind::Typo => "similar spelling",
        ExpansionKind::Keyboard => "keyboard layout",
        ExpansionKind::Initials => "initial consonants",
        ExpansionKind::Infix => "inside a word",
        ExpansionKind::Transliteration => "other script",
        ExpansionKind::Volume => "volume",
        ExpansionKind::Related => "related word",
        ExpansionKind::Number => "class number or year",
        ExpansionKind::Words => "words, not a command",
    },
    pages: "Pages",
    page_size: "Results per page",
    pick: "Add to my list",
    pick_plain: "Without script this opens a new list of this book alone. Pick several from the results, or add their ISBNs on the list’s page.",
    pick_what: |title| format!("Add to my list: {title}"),
    picks: "Show my list",
    picks_note: "Books you pick from results are recorded without saying who picked them, to put better answers first.",
    previous: "Previous",
    next: "Next",
    nothing_title: |query| format!("No book matches “{query}”"),
    nothing_filtered: |query| format!("No book that matches “{query}” fits these filters"),
    instead_title: "These searches find something",
    without: |part| format!("Without “{part}”"),
    without_filters: "Without filters",
    within: "Only in",
    everywhere: |total| format!("{total} in all"),
    nothing_tips: &[
        "Use fewer words, or a more common one.",
        "Check spaces and spelling. Foreign names are spelt in several ways.",
        "An ISBN has ten or thirteen digits.",
        "A library may hold books that this catalogue does not know. Ask there.",
    ],
    none_of_these: "My book is not here",
    none_why: "Tells the library what was looked for here and not found, as a pick tells it what was.",
    nothing_without_filters: "Search all libraries without filters",
    page_empty: "There are no results on this page.",
    first_page: "Go to the first page",
    browse_title: "Books that fit the filters",
    no_words: "Type the words to look for.",
    title: "Title",
    author: "Authors",
    publisher: "Publisher",
    year: "Year",
    class: "Class",
    volume: "Volume",
    series: "Series",
    volume_named: |volume| {
        let counted = volume.bytes().all(|byte| byte.is_ascii_digit());
        if counted { format!("vol. {volume}") } else { volume.to_owned() }
    },
    loans: "Loans",
    language: "Language",
    other_titles: "Other titles",
    holdings: "Held by",
    library: "Library",
    call_number: "Call number",
    room: "Room",
    copies: |copies| format!("{copies} copies"),
    registered: "Registered",
    unknown: "unknown",
    editions: "Other editions",
    similar: "Similar books",
    shelf_title: "Beside it on the shelf",
    cite: "Download the citation",
    cite_title: "Cite this book",
    cite_copy: "Copy the citation",
    held_by_libraries: |count| format!("held by {}", libraries(count)),
    elsewhere: "More about this book elsewhere",
    nothing_elsewhere: "Ask elsewhere",
    heading: |heading| match heading {
        Heading::Series => "Series",
        Heading::Author => "Person",
        Heading::Subject => "Subject",
    },
    heading_alike: "Did you mean one of these?",
    heading_narrow: "Search and narrow these books",
    heading_unknown: |name| format!("Nothing is listed under “{name}”"),
    heading_search: |name| format!("Search for “{name}” everywhere"),
    subjects: "Subjects",
    further: "More details",
    recorded_authors: "Authors as recorded",
    permalink: "Permanent address",
    other_numbers: "Other numbers recorded",
    unchecked_isbn: "The number in the catalogue; it is not a valid ISBN.",
    libraries_title: "Libraries",
    libraries_intro: |count| format!("This catalogue has the holdings of {}.", libraries(count)),
    books: |books| counted(books, "book", "books"),
    address: "Address",
    search_here: "Search this library",
    homepage: "Website",
    hours: "Opening hours",
    closed: "Closed on",
    telephone: "Telephone",
    map_kakao: "KakaoMap",
    map_naver: "Naver Map",
    own_catalogue: "Library's own catalogue",
    reservation: "Reserve",
    interlibrary_loan: "Borrow through another library",
    purchase_request: "Ask the library to buy a book",
    see_there: "See whether it is in",
    how_to_get: "How to get it",
    find_library: "Name or address of a library",
    find_library_do: "Find libraries",
    find_nothing: "There is no such library. Use fewer words, or all regions.",
    region: "Region",
    all_regions: "All regions",
    near: "Nearest to",
    near_hint: "A district or a library",
    near_device: "Nearest to this device",
    near_unknown: |place| format!("“{place}” is not known here. Give a district or the name of a library."),
    distance: |metres| format!("about {}.{} km", metres / 1000, metres % 1000 / 100),
    dots: |count| format!("Where {} lie; the list below has them too", libraries(count)),
    library_code: "Library code",
    list_title: "My list",
    list_count: |books| counted(u32::try_from(books).unwrap_or(u32::MAX), "book", "books"),
    list_empty: "The list is empty. Choose “Add to my list” on a book's page or in the results, or type ISBNs below. The list is in this page's address alone, and on your device; nothing is stored here.",
    list_books: "Books on the list",
    list_remove: "Remove",
    list_remove_what: |title| format!("Remove {title}"),
    list_gone: "is not in the catalogue now.",
    unchecked_digit: "Its check digit is wrong.",
    list_wrong_title: "Not an ISBN",
    list_wrong: |text| {
        format!("“{text}”: an ISBN has ten or thirteen digits, and the last of them must fit the others.")
    },
    list_change: "Change the list",
    list_add: |most| format!("ISBNs of books to add, one on each line, up to {most} books in all"),
    list_own: "My libraries",
    list_submit: "Show the list",
    list_exports: "Download the list",
    list_share: "Share this list",
    list_print: "Print",
    list_adopt: "Keep this list on this device",
    plan_title: "Where to go",
    plan_verdict: |count, books, exact| {
        let count = libraries(count);
        let books = counted(u32::try_from(books).unwrap_or(u32::MAX), "book", "books");
        if exact {
            format!("{count} will do for {books}. This is the fewest.")
        } else {
            format!("{count} will do for {books}. This is the best plan found; there may be one with fewer.")
        }
    },
    plan_own: "yours",
    plan_tick: |title| format!("Fetched: {title}"),
    plan_books: |books| counted(u32::try_from(books).unwrap_or(u32::MAX), "book", "books"),
    plan_own_first: |own, all| format!("Your libraries first: {own} there, {} elsewhere", all - own),
    plan_others: |ways| format!("Other ways with as few libraries ({ways})"),
    grid_title: "Which book is where",
    grid_note: "“here” is where the plan above fetches the book.",
    grid_some: |shown, all| format!("Shown are {shown} of {all} libraries."),
    grid_fetch: "here",
    grid_held: "yes",
    grid_not: "no",
    plan_nowhere: "No library here holds:",
    plan_fetch: "Fetch it at",
    about_title: "About Seoga",
    about: &[
        (
            "What it does",
            &[
                "A few words find the books that the public libraries near you hold, all at once. The search runs on a server close to you.",
            ],
        ),
        (
            "What it knows and what it does not",
            &[
                "It reads the lists of holdings that libraries publish. A book listed is a book that the library registered; whether it is on loan now is not known here.",
                "Books that came or went after the list was made may be missing.",
            ],
        ),
        (
            "Where it comes from",
            &[
                "Korean public libraries hand in their holdings every month, and Data4Library (data4library.kr) publishes them as lists. These lists, and records that a library adds of its own, are put together by ISBN. Classes are those of the Korean Decimal Classification.",
            ],
        ),
        (
            "Privacy",
            &[
                "A search stores nothing. When you pick a book from the results, or press “My book is not here”, this is stored, and nothing else: no IP address, no name, nothing of your browser. What was stored under your random id is erased if you ask for it.",
                "Your own device keeps the random id until you clear this site’s data, and a pick that could not be sent yet for seven days at most. With Do Not Track or Global Privacy Control on, no pick is kept or sent.",
                "So that nobody uses up a day’s records alone, the server near you may count, until midnight UTC, how many were sent from an address. It counts under a scrambled number made of the address with a secret key, another one each day; the address is written down nowhere.",
            ],
        ),
    ],
    stored: |field| match field {
        Field::UserId => {
            "A random id that your browser made up, so that the picks of one person count as one person’s."
        }
        Field::QueryId => {
            "What was asked: words, filters, order, the day and the index that answered, signed; so that picks of made-up searches are refused and good answers rise."
        }
        Field::Isbn13 => "The ISBN of the book you picked, where it has one.",
        Field::Id => {
            "The book you picked, so that it is easier to find for the next person; empty where you said “My book is not here”, so that the library knows what is missing."
        }
        Field::Rank => {
            "The place the book had in the results, as a book far down is picked for better reasons than one at the top."
        }
        Field::ChosenAt => "The time of the pick, so that old picks count less.",
        Field::Key => {
            "The day of the search and a hash of the id, the search and the book, so that a pick sent twice is stored once."
        }
    },
    kept: |days| format!("Deleted after {}.", counted(days, "day", "days")),
    choices_title: "Share what you pick",
    choices_text: "Telling us which book you picked from results helps to order the next catalogue; “My book is not here” tells the library what was asked for and not found. When this is off, or your browser asks not to be tracked (DNT, GPC), nothing is sent. Turning it off also deletes this device's random id and picks that were not sent yet. Without scripts nothing is ever sent.",
    choices_switch: "Share the books picked from results, and “My book is not here”",
    choices_refused: "This browser asks not to be tracked, so nothing is sent.",
    shared_computer: "This is a shared computer",
    shared_here: "This is a shared computer: nothing stays when the tab is closed.",
    left_title: "What stays on this device",
    left_text: "So that you can see them again without a connection, the last pages of results and books, 20 at most, and one page of your list stay on this device for seven days. The books on your list, your libraries, the language you chose and the last eight things you looked for or looked at stay here, too. On a shared computer press “This is a shared computer” at the end of any page: what is here goes at once, and nothing stays when the tab is closed.",
    left_install: "On an iPhone or iPad, choose “Add to Home Screen” behind Safari’s share button to open this site like an app.",
    left_forget: "Remove kept pages and what I did lately",
    left_slash: "The key “/” goes to the search box",
    device_title: "Keep the catalogue on this device",
    device_text: "Once the libraries' catalogue is on this device, search, book pages and your list work without a connection, too.",
    device_keep: "Download",
    device_forget: "Remove",
    about_data: "Data",
    about_generation: |generation, books, count| {
        format!("{} in {}, index {generation}", counted(books, "book", "books"), libraries(count))
    },
    problem_title: |kind| match kind {
        ProblemKind::Parameter => "A parameter is not valid",
        ProblemKind::Body => "The body is not valid",
        ProblemKind::Unauthorized => "A token is needed",
        ProblemKind::QueryId => "The query id is not accepted",
        ProblemKind::Origin => "Choices from another site are not accepted",
        ProblemKind::NotFound => "There is no such page",
        ProblemKind::NoBook => "This book is not in the catalogue",
        ProblemKind::Method => "The method is not allowed",
        ProblemKind::TooSlow => "The body did not come to its end in time",
        ProblemKind::TooLarge => "The body is too large",
        ProblemKind::UriTooLong => "The query string is too long",
        ProblemKind::MediaType => "The body is not JSON",
        ProblemKind::Throttled => "Too many requests",
        ProblemKind::Index => "Search is not available now",
        ProblemKind::Store => "Storing is not possible now",
    },
    problem_detail: |kind| match kind {
        ProblemKind::Parameter => "Check the values in the address.",
        ProblemKind::Body => "Check what was sent.",
        ProblemKind::Unauthorized => "The bearer token is missing or wrong.",
        ProblemKind::QueryId => "Search again to get a new one.",
        ProblemKind::Origin => "Choices are taken from this site and from configured origins only.",
        ProblemKind::NotFound => "Check the address, or search below.",
        ProblemKind::NoBook => "No book has this number now. Search below.",
        ProblemKind::Method => "The header Allow names the methods that this path takes.",
        ProblemKind::TooSlow => "Send it again.",
        ProblemKind::TooLarge => "Send less.",
        ProblemKind::UriTooLong => "Ask for less at once.",
        ProblemKind::MediaType => "Send it with Content-Type: application/json.",
        ProblemKind::Throttled => "Try again after the seconds that Retry-After names.",
        ProblemKind::Index => "The catalogue could not be read. Try again shortly.",
        ProblemKind::Store => "Send it again later. Nothing was stored.",
    },
    got_takes: |parameter, got, takes| format!("{parameter}: got “{got}”, takes {takes}."),
    takes: |takes| match takes {
        Takes::Once => "one value".to_owned(),
        Takes::Encoding => "percent-encoded UTF-8".to_owned(),
        Takes::Chars(least, most) => format!("{least} to {most} characters"),
        Takes::Number(least, most) => format!("a whole number from {least} to {most}"),
        Takes::AtMost(most) => format!("at most {most}"),
        Takes::Library => "the name of a library that /api/libraries lists".to_owned(),
        Takes::Class => "a KDC class number or its beginning, such as 004 or 004.7".to_owned(),
        Takes::Years => "a year or years, such as 2020, 2018-2023 or 2020-".to_owned(),
        Takes::OneOf(values) => format!("one of {}", values.join(", ")),
        Takes::Page(last) => format!("a page from 1 to {last}: page x limit is at most 1000"),
        Takes::JsonObject => "a JSON object".to_owned(),
        Takes::Texts => "a list of strings".to_owned(),
        Takes::Text => "a string".to_owned(),
        Takes::Boolean => "true or false".to_owned(),
        Takes::UserId => "1 to 64 of A-Z a-z 0-9 _ -".to_owned(),
        Takes::Book => {
            "a book's id as answers give it, which is the ISBN in thirteen digits where there is one"
                .to_owned()
        }
        Takes::Isbn => "an ISBN of ten or thirteen digits, or a book's id".to_owned(),
        Takes::Alone(other) => format!("nothing while {other} is given"),
        Takes::Date => "a date as YYYY-MM-DD".to_owned(),
        Takes::Cursor => "the x-next-cursor of the answer before".to_owned(),
    },
    refusal: |refusal| match refusal {
        Refusal::Malformed => "It does not have the form of a query id.",
        Refusal::UnknownKey => "It is signed with an unknown key.",
        Refusal::Forged => "Its signature does not match.",
        Refusal::Expired => "It is older than 7 days.",
        Refusal::Future => "It is of a day still to come.",
    },
    request_id: |id| format!("Request id: {id}"),
    without_it: "Go on without that value",
    back_home: "Back to the start",
    day: |day| {
        let (_, month, day) = day.parts();
        let month = month.checked_sub(1).and_then(|at| MONTHS.get(at as usize)).copied().unwrap_or_default();
        format!("{day} {month}")
    },
    is_lent: "On the shelf",
    on_shelf: "Yes",
    on_loan: "No, on loan",
    on_shelf_at: |libraries| format!("On the shelf at {libraries}"),
    all_on_loan: "All on loan",
    loans_as_of: |date| format!("(as of {date})"),
    loans_old: "may have changed",
    only_on_shelf: "Books on the shelf",
    loans_unknown: "Nothing is known of loans now, so books on loan are listed, too.",
    on_loan_here: "on loan",
    plan_loans: "Where a library has lent a book, another one is named.",
    date: |day| {
        let (year, month, day) = day.parts();
        let month = month.checked_sub(1).and_then(|at| MONTHS.get(at as usize)).copied().unwrap_or_default();
        format!("{day} {month} {year}")
    },
};
