//! The table of what the interface says, and how its texts are put together.

use seoga_search::{ExpansionKind, Group, HighlightField, Sort, YearRange};

use crate::choices::query_id::Refusal;
use crate::choices::record::Field;
use crate::http::problem::{Problem, ProblemKind, Takes};
use crate::routes::Heading;
use seoga_text::day::Day;

/// The table of a language. Functions put numbers and names in place.
pub(crate) struct Strings {
    // Everywhere
    pub(crate) brand: &'static str,
    pub(crate) tagline: &'static str,
    pub(crate) skip: &'static str,
    pub(crate) skip_to_books: &'static str,
    pub(crate) site_navigation: &'static str,
    /// Without libraries of the visitor's own, and with so many.
    pub(crate) nav_libraries: fn(usize) -> String,
    pub(crate) nav_list: &'static str,
    pub(crate) nav_about: &'static str,
    /// The other language's name in that language.
    pub(crate) switch_language: &'static str,
    pub(crate) invented: &'static str,
    pub(crate) data_of: fn(&str) -> String,
    pub(crate) holdings_note: &'static str,
    pub(crate) privacy: &'static str,
    // Search form
    pub(crate) search: &'static str,
    pub(crate) search_label: &'static str,
    pub(crate) search_hint: &'static str,
    /// Searches in one library.
    pub(crate) search_in: fn(&str) -> String,
    pub(crate) choose_libraries: &'static str,
    pub(crate) only_in: fn(usize) -> String,
    pub(crate) libraries_legend: &'static str,
    // Home
    pub(crate) home_title: &'static str,
    pub(crate) home_counts: fn(u32, usize) -> String,
    pub(crate) home_how: &'static [&'static str],
    pub(crate) home_how_title: &'static str,
    pub(crate) new_title: &'static str,
    pub(crate) new_of: fn(&str) -> String,
    pub(crate) new_all: &'static str,
    pub(crate) arrived: fn(&str) -> String,
    pub(crate) feed: &'static str,
    pub(crate) classes_title: &'static str,
    pub(crate) collection_title: &'static str,
    pub(crate) collection: &'static str,
    pub(crate) all_libraries: &'static str,
    // Results
    pub(crate) results_title: fn(&str) -> String,
    /// How many, whether that is all, and of what.
    pub(crate) total: fn(u32, bool, Group) -> String,
    pub(crate) other_editions: fn(u32) -> String,
    /// Leads from a list of works to one of books, and back.
    pub(crate) regroup: fn(Group) -> &'static str,
    pub(crate) read_as: fn(&str, &str, &str) -> String,
    pub(crate) also: &'static str,
    pub(crate) related: &'static str,
    pub(crate) active_filters: &'static str,
    pub(crate) remove_filter: fn(&str) -> String,
    pub(crate) clear_filters: &'static str,
    pub(crate) narrow: &'static str,
    pub(crate) to_narrow: &'static str,
    /// Leads from the filters to what was found.
    pub(crate) show_found: fn(&str) -> String,
    pub(crate) more: fn(usize) -> String,
    /// Leads to all values of a facet.
    pub(crate) whole: fn(&str) -> String,
    pub(crate) whole_find: &'static str,
    pub(crate) whole_find_do: &'static str,
    pub(crate) whole_nothing: &'static str,
    /// So many are shown of so many.
    pub(crate) whole_some: fn(usize, usize) -> String,
    pub(crate) back_to_results: &'static str,
    pub(crate) facets_over: fn(u32) -> String,
    pub(crate) sort: &'static str,
    pub(crate) sorts: fn(Sort) -> &'static str,
    pub(crate) facet: fn(&str) -> &'static str,
    pub(crate) years: fn(YearRange) -> String,
    pub(crate) year_from: &'static str,
    pub(crate) year_until: &'static str,
    pub(crate) year_digits: &'static str,
    pub(crate) year_set: &'static str,
    pub(crate) book_language: fn(&str) -> &'static str,
    pub(crate) held_at: fn(usize) -> String,
    pub(crate) in_all: fn(usize) -> String,
    pub(crate) at_none_of: fn(usize) -> String,
    /// At how many of the visitor's own, and at how many.
    pub(crate) at_mine: fn(usize, usize) -> String,
    pub(crate) mine: &'static str,
    pub(crate) mine_chosen: fn(&str) -> String,
    pub(crate) mine_legend: &'static str,
    pub(crate) mine_kept: &'static str,
    pub(crate) mine_set: &'static str,
    pub(crate) mine_clear: &'static str,
    pub(crate) why: &'static str,
    pub(crate) matched_field: fn(HighlightField) -> &'static str,
    pub(crate) reading: fn(ExpansionKind) -> &'static str,
    pub(crate) pages: &'static str,
    pub(crate) page_size: &'static str,
    pub(crate) pick: &'static str,
    pub(crate) pick_plain: &'static str,
    pub(crate) pick_what: fn(&str) -> String,
    pub(crate) picks: &'static str,
    /// Says once what becomes of a pick.
    pub(crate) picks_note: &'static str,
    pub(crate) previous: &'static str,
    pub(crate) next: &'static str,
    pub(crate) nothing_title: fn(&str) -> String,
    /// Says that nothing is found under the filters in force.
    pub(crate) nothing_filtered: fn(&str) -> String,
    pub(crate) instead_title: &'static str,
    /// Names a search without a part of it.
    pub(crate) without: fn(&str) -> String,
    pub(crate) without_filters: &'static str,
    /// Says before the filters in force that words are looked for within them alone.
    pub(crate) within: &'static str,
    /// Says how many there are everywhere.
    pub(crate) everywhere: fn(&str) -> String,
    pub(crate) nothing_tips: &'static [&'static str],
    pub(crate) none_of_these: &'static str,
    pub(crate) none_why: &'static str,
    pub(crate) nothing_without_filters: &'static str,
    pub(crate) page_empty: &'static str,
    pub(crate) first_page: &'static str,
    pub(crate) browse_title: &'static str,
    pub(crate) no_words: &'static str,
    // Book
    pub(crate) title: &'static str,
    pub(crate) author: &'static str,
    pub(crate) publisher: &'static str,
    pub(crate) year: &'static str,
    pub(crate) class: &'static str,
    pub(crate) volume: &'static str,
    pub(crate) series: &'static str,
    /// A volume as it is shown beside a title.
    pub(crate) volume_named: fn(&str) -> String,
    pub(crate) loans: &'static str,
    pub(crate) language: &'static str,
    pub(crate) other_titles: &'static str,
    pub(crate) holdings: &'static str,
    pub(crate) library: &'static str,
    pub(crate) call_number: &'static str,
    pub(crate) room: &'static str,
    pub(crate) copies: fn(u16) -> String,
    pub(crate) registered: &'static str,
    pub(crate) unknown: &'static str,
    pub(crate) editions: &'static str,
    pub(crate) similar: &'static str,
    pub(crate) shelf_title: &'static str,
    pub(crate) cite: &'static str,
    pub(crate) cite_title: &'static str,
    pub(crate) cite_copy: &'static str,
    pub(crate) held_by_libraries: fn(usize) -> String,
    pub(crate) elsewhere: &'static str,
    pub(crate) nothing_elsewhere: &'static str,
    pub(crate) heading: fn(Heading) -> &'static str,
    pub(crate) heading_narrow: &'static str,
    pub(crate) heading_alike: &'static str,
    pub(crate) heading_unknown: fn(&str) -> String,
    pub(crate) heading_search: fn(&str) -> String,
    pub(crate) subjects: &'static str,
    pub(crate) further: &'static str,
    pub(crate) recorded_authors: &'static str,
    pub(crate) permalink: &'static str,
    pub(crate) unchecked_isbn: &'static str,
    pub(crate) other_numbers: &'static str,
    // Libraries
    pub(crate) libraries_title: &'static str,
    pub(crate) libraries_intro: fn(usize) -> String,
    pub(crate) books: fn(u32) -> String,
    pub(crate) address: &'static str,
    pub(crate) search_here: &'static str,
    pub(crate) homepage: &'static str,
    pub(crate) hours: &'static str,
    pub(crate) closed: &'static str,
    pub(crate) telephone: &'static str,
    pub(crate) map_kakao: &'static str,
    pub(crate) map_naver: &'static str,
    pub(crate) own_catalogue: &'static str,
    pub(crate) reservation: &'static str,
    pub(crate) interlibrary_loan: &'static str,
    pub(crate) purchase_request: &'static str,
    pub(crate) see_there: &'static str,
    pub(crate) how_to_get: &'static str,
    pub(crate) find_library: &'static str,
    pub(crate) find_library_do: &'static str,
    pub(crate) find_nothing: &'static str,
    pub(crate) region: &'static str,
    pub(crate) all_regions: &'static str,
    pub(crate) near: &'static str,
    pub(crate) near_hint: &'static str,
    pub(crate) near_device: &'static str,
    pub(crate) near_unknown: fn(&str) -> String,
    /// A distance in metres.
    pub(crate) distance: fn(u32) -> String,
    /// Describes a drawing of so many libraries.
    pub(crate) dots: fn(usize) -> String,
    pub(crate) library_code: &'static str,
    // My list
    pub(crate) list_title: &'static str,
    pub(crate) list_count: fn(usize) -> String,
    pub(crate) list_empty: &'static str,
    pub(crate) list_books: &'static str,
    pub(crate) list_remove: &'static str,
    pub(crate) list_remove_what: fn(&str) -> String,
    pub(crate) list_gone: &'static str,
    pub(crate) unchecked_digit: &'static str,
    pub(crate) list_wrong_title: &'static str,
    pub(crate) list_wrong: fn(&str) -> String,
    pub(crate) list_change: &'static str,
    pub(crate) list_add: fn(usize) -> String,
    pub(crate) list_own: &'static str,
    pub(crate) list_submit: &'static str,
    pub(crate) list_exports: &'static str,
    pub(crate) list_share: &'static str,
    pub(crate) list_print: &'static str,
    pub(crate) list_adopt: &'static str,
    pub(crate) plan_title: &'static str,
    /// Libraries, books, and whether no plan has fewer libraries.
    pub(crate) plan_verdict: fn(usize, usize, bool) -> String,
    pub(crate) plan_own: &'static str,
    pub(crate) plan_tick: fn(&str) -> String,
    pub(crate) plan_books: fn(usize) -> String,
    /// Books at the visitor's own libraries, and books in all.
    pub(crate) plan_own_first: fn(usize, usize) -> String,
    pub(crate) plan_others: fn(usize) -> String,
    pub(crate) grid_title: &'static str,
    pub(crate) grid_note: &'static str,
    /// Libraries in the table, and libraries in all.
    pub(crate) grid_some: fn(usize, usize) -> String,
    pub(crate) grid_fetch: &'static str,
    pub(crate) grid_held: &'static str,
    pub(crate) grid_not: &'static str,
    pub(crate) plan_nowhere: &'static str,
    pub(crate) plan_fetch: &'static str,
    // About
    pub(crate) about_title: &'static str,
    pub(crate) about: &'static [(&'static str, &'static [&'static str])],
    /// Explains a stored field: what it is, why it is stored.
    pub(crate) stored: fn(Field) -> &'static str,
    /// For how many days.
    pub(crate) kept: fn(u32) -> String,
    pub(crate) choices_title: &'static str,
    pub(crate) choices_text: &'static str,
    pub(crate) choices_switch: &'static str,
    pub(crate) choices_refused: &'static str,
    pub(crate) shared_computer: &'static str,
    pub(crate) shared_here: &'static str,
    pub(crate) left_title: &'static str,
    pub(crate) left_text: &'static str,
    pub(crate) left_install: &'static str,
    pub(crate) left_forget: &'static str,
    pub(crate) left_slash: &'static str,
    pub(crate) device_title: &'static str,
    pub(crate) device_text: &'static str,
    pub(crate) device_keep: &'static str,
    pub(crate) device_forget: &'static str,
    pub(crate) about_data: &'static str,
    pub(crate) about_generation: fn(&str, u32, usize) -> String,
    // Errors
    pub(crate) problem_title: fn(ProblemKind) -> &'static str,
    pub(crate) problem_detail: fn(ProblemKind) -> &'static str,
    pub(crate) got_takes: fn(&str, &str, &str) -> String,
    pub(crate) takes: fn(&Takes) -> String,
    pub(crate) refusal: fn(Refusal) -> &'static str,
    pub(crate) request_id: fn(&str) -> String,
    pub(crate) without_it: &'static str,
    pub(crate) back_home: &'static str,
    // Numbers and dates
    pub(crate) date: fn(Day) -> String,
    /// A day of about this time, without its year.
    pub(crate) day: fn(Day) -> String,
    // Loans
    pub(crate) is_lent: &'static str,
    pub(crate) on_shelf: &'static str,
    pub(crate) on_loan: &'static str,
    pub(crate) on_shelf_at: fn(usize) -> String,
    pub(crate) all_on_loan: &'static str,
    pub(crate) loans_as_of: fn(&str) -> String,
    /// Behind a day that is not of late.
    pub(crate) loans_old: &'static str,
    pub(crate) only_on_shelf: &'static str,
    pub(crate) on_loan_here: &'static str,
    pub(crate) plan_loans: &'static str,
    pub(crate) loans_unknown: &'static str,
}

impl Strings {
    /// Says in a sentence or two what went wrong: what a parameter got and takes, else what the kind means.
    pub(crate) fn detail(&self, problem: &Problem) -> String {
        let mut detail = match (&problem.got, &problem.takes) {
            (Some(got), Some(takes)) => {
                (self.got_takes)(problem.parameter.unwrap_or("body"), got, &(self.takes)(takes))
            }
            _ => (self.problem_detail)(problem.kind).to_owned(),
        };
        if let Some(refusal) = problem.refusal {
            detail.push(' ');
            detail.push_str((self.refusal)(refusal));
        }
        detail
    }
}
