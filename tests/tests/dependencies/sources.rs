//! Keeps out of the sources of the pure crates: I/O, clocks, randomness, logs, unsafe code, panics.
//!
//! Looks at the text without comments and tests. Clippy denies unwrapping and indexing in these crates; this test
//! denies switching that off, and what clippy does not know.

use std::fs;
use std::path::PathBuf;

use seoga_tests::repository::{files_below, root};

const PURE: [&str; 4] = ["text", "index", "search", "app"];

/// Lines that each crate's root must have.
const DEMANDED: [&str; 7] = [
    "#![forbid(unsafe_code)]",
    "clippy::unwrap_used",
    "clippy::expect_used",
    "clippy::panic",
    "clippy::indexing_slicing",
    "clippy::print_stdout",
    "clippy::print_stderr",
];

/// Words that no line of a pure crate has, outside comments and tests.
const FORBIDDEN: [&str; 36] = [
    "std::fs",
    "std::net",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "std::time",
    "Instant",
    "SystemTime",
    "print!(",
    "println!(",
    "eprintln!(",
    "eprint!(",
    "dbg!(",
    "log::",
    "tracing::",
    "getrandom",
    "rand::",
    "thread_rng",
    "RandomState::new",
    "HashMap::new",
    "HashSet::new",
    "DefaultHasher",
    ".unwrap()",
    ".unwrap_err()",
    ".expect(",
    ".expect_err(",
    "panic!(",
    "unreachable!(",
    "todo!(",
    "unimplemented!(",
    "assert!(",
    "assert_eq!(",
    "unsafe {",
    "allow(clippy",
    "thread_local!",
];

/// Lists the Rust files of the pure crates.
fn pure_files() -> Vec<PathBuf> {
    let folder = |name: &str| root().join("edge").join(name).join("src");
    PURE.iter().flat_map(|name| files_below(&folder(name), &["rs"]).unwrap()).collect()
}

/// Returns the lines that ship, with their numbers: without the test module at the end and without comments.
fn shipped(source: &str) -> Vec<(usize, &str)> {
    let lines: Vec<&str> = source.lines().collect();
    let is_tests = |pair: &[&str]| {
        pair[0].starts_with("#[cfg(") && pair[0].contains("test") && pair[1].ends_with("mod tests {")
    };
    let end = lines.windows(2).position(is_tests).unwrap_or(lines.len());
    let code = |line: &&str| !line.trim_start().starts_with("//");
    lines[..end]
        .iter()
        .enumerate()
        .map(|(number, line)| (number + 1, *line))
        .filter(|(_, line)| code(line))
        .collect()
}

/// Finds the forbidden words of a source text, each with its line.
fn forbidden_in(source: &str) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    for (number, line) in shipped(source) {
        // `.expect(` of our own types would be a word of another meaning; there is none.
        let words = FORBIDDEN.iter().filter(|word| line.contains(**word));
        // The crate's root allows tests what it denies everything else.
        let words = words.filter(|word| !(**word == "allow(clippy" && line.contains("cfg_attr(test")));
        found.extend(words.map(|word| (number, *word)));
    }
    found
}

#[test]
fn pure_crates_forbid_unsafe_code_and_deny_panics() {
    for name in PURE {
        let path = root().join("edge").join(name).join("src/lib.rs");
        let source = fs::read_to_string(&path).unwrap();
        for demanded in DEMANDED {
            assert!(source.contains(demanded), "edge/{name}/src/lib.rs lacks {demanded}");
        }
    }
}

#[test]
fn pure_crates_have_no_io_clock_randomness_log_or_panic() {
    let files = pure_files();
    assert!(files.len() > 40, "only {} files were looked at", files.len());
    let mut found = Vec::new();
    for path in &files {
        let source = fs::read_to_string(path).unwrap();
        let words = forbidden_in(&source);
        found.extend(words.iter().map(|(line, word)| format!("{}:{line}: {word}", path.display())));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
}

#[test]
fn nothing_but_a_test_module_follows_the_tests() {
    let files = pure_files();
    for path in &files {
        let source = fs::read_to_string(path).unwrap();
        let lines: Vec<&str> = source.lines().collect();
        let tests = lines.iter().position(|line| line.ends_with("mod tests {"));
        let closed =
            tests.and_then(|from| lines[from..].iter().position(|line| *line == "}").map(|at| from + at + 1));
        if let Some(closed) = closed {
            let after = lines[closed..].iter().find(|line| !line.trim().is_empty());
            assert!(
                after.is_none(),
                "{}: `{}` stands behind the tests",
                path.display(),
                after.unwrap_or(&"")
            );
        }
    }
}

#[test]
fn each_forbidden_word_is_found_in_code_and_passed_over_in_comments_and_tests() {
    for word in FORBIDDEN {
        assert!(forbidden_in(&format!("fn f() {{\n    {word}x)\n}}\n")).contains(&(2, word)), "{word}");
        assert!(forbidden_in(&format!("    // {word}\n    /// {word}\n//! {word}\n")).is_empty(), "{word}");
        let tests = format!("fn f() {{}}\n\n#[cfg(test)]\nmod tests {{\n    {word}\n}}\n");
        assert!(forbidden_in(&tests).is_empty(), "{word}");
    }
}
