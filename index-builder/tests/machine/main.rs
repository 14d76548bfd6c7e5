//! Tests that need something of their machine. Where it is missing they are counted as ignored and named, never passed.
//!
//! The built-in harness fixes at compile time what it ignores; here it is looked for when the tests run. In CI (where
//! the variable `CI` is set) a right that is refused fails them: CI can be given it.

#[cfg(unix)]
mod faults;
mod field_cases;
mod field_files;
mod field_tables;
mod own_titles;
mod questions;
mod real_catalogue;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

/// Stands before the name of data that only whoever was given it can have, CI neither; `cargo xtask test` knows it.
const GIVEN: &str = "given data: ";

/// Something of a machine that a test cannot do without.
struct Need {
    /// Its name, which stands before the names of tests.
    name: String,
    /// Whether it is there.
    is_met: bool,
    /// Whether a machine without it may leave the tests out.
    may_lack: bool,
}

impl Need {
    /// Makes a need of data that whoever was not given it cannot have.
    fn given(what: &str, is_met: bool) -> Self {
        Self { name: format!("{GIVEN}{what}"), is_met, may_lack: true }
    }

    /// Makes a test that needs this.
    fn test(&self, name: &str, run: fn()) -> Trial {
        let refused = (!self.is_met && !self.may_lack)
            .then(|| format!("{} is missing, and CI must have it", self.name));
        let test = move || match refused {
            Some(reason) => Err(reason.into()),
            None => passes(run),
        };
        Trial::test(name, test).with_kind(&self.name).with_ignored_flag(!self.is_met && self.may_lack)
    }
}

/// Runs a test that panics when it fails.
fn passes(run: fn()) -> Result<(), libtest_mimic::Failed> {
    run();
    Ok(())
}

fn main() -> ExitCode {
    let catalogue = Need::given("../shared/catalogue", real_catalogue::folder().is_dir());
    let mut tests = vec![
        catalogue.test(
            "the_real_holdings_give_the_books_counted",
            real_catalogue::the_real_holdings_give_the_books_counted,
        ),
        catalogue.test(
            "one_file_and_a_folder_of_files_give_the_same_catalogue",
            real_catalogue::one_file_and_a_folder_of_files_give_the_same_catalogue,
        ),
    ];
    let field =
        Need::given("a folder of libraries' files (SEOGA_FIELD_FILES)", field_tables::folder().is_dir());
    tests.push(field.test(
        "hardly_a_record_is_lost_to_its_encoding_or_lengths",
        field_files::hardly_a_record_is_lost_to_its_encoding_or_lengths,
    ));
    tests.extend([
        field
            .test("lists_are_read_whatever_their_header", field_tables::lists_are_read_whatever_their_header),
        field.test("records_are_read_or_named", field_tables::records_are_read_or_named),
        field.test(
            "old_books_beside_new_ones_end_no_build",
            field_tables::old_books_beside_new_ones_end_no_build,
        ),
        field.test("every_file_has_a_report", field_tables::every_file_has_a_report),
        field.test("every_case_of_records_comes_right", field_cases::every_case_of_records_comes_right),
    ]);
    let own =
        Need::given("a folder of libraries' files (SEOGA_OWN_CATALOGUE)", own_titles::folder().is_dir());
    tests.extend([
        own.test("every_recorded_title_finds_its_book", own_titles::every_recorded_title_finds_its_book),
        Trial::test("every_invented_title_finds_its_book", || {
            passes(own_titles::every_invented_title_finds_its_book)
        }),
    ]);
    let questions =
        Need::given("a file of books and questions (SEOGA_FIELD_QUESTIONS)", questions::file().is_file());
    tests.extend([
        questions.test(
            "every_question_of_the_field_finds_its_books",
            questions::every_question_of_the_field_finds_its_books,
        ),
        Trial::test("every_kind_of_question_finds_its_books", || {
            passes(questions::every_kind_of_question_finds_its_books)
        }),
    ]);
    #[cfg(unix)]
    {
        let mount = Need {
            name: "needs a mount (unshare -rm)".to_owned(),
            is_met: faults::may_mount(),
            may_lack: std::env::var_os("CI").is_none(),
        };
        tests.extend([
            mount.test(
                "a_full_disk_leaves_the_old_index_in_force_and_no_debris",
                faults::a_full_disk_leaves_the_old_index_in_force_and_no_debris,
            ),
            Trial::test("a_file_that_cannot_be_written_whole_leaves_the_old_index_in_force", || {
                passes(faults::a_file_that_cannot_be_written_whole_leaves_the_old_index_in_force)
            }),
            Trial::test("a_build_killed_at_any_moment_leaves_one_whole_index_and_the_next_clears_up", || {
                passes(faults::a_build_killed_at_any_moment_leaves_one_whole_index_and_the_next_clears_up)
            }),
        ]);
    }
    libtest_mimic::run(&Arguments::from_args(), tests).exit_code()
}
