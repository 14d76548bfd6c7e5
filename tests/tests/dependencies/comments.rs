//! Holds that a doc comment begins with a verb and its object, as far as a few words that begin none can tell.

use std::fs;

use seoga_tests::repository::{files_below, root};

/// Words that no doc comment begins with.
const REFUSED: [&str; 3] = ["The same", "What ", "Which "];

/// Finds the doc comments of a source that begin with refused words, each by its line.
fn refused_in(source: &str) -> Vec<(usize, &str)> {
    let mut found = Vec::new();
    let mut before = None;
    for (number, line) in source.lines().enumerate() {
        let line = line.trim_start();
        let mark = ["///", "//!", "/**", "/*!"].into_iter().find(|mark| line.starts_with(mark));
        if let Some(mark) = mark
            && before != Some(mark)
            && REFUSED.iter().any(|words| line[mark.len()..].trim_start().starts_with(words))
        {
            found.push((number + 1, line));
        }
        before = mark;
    }
    found
}

#[test]
fn doc_comments_do_not_begin_with_refused_words() {
    let root = root();
    let files = files_below(&root, &["rs"]).unwrap();
    assert!(files.len() > 300, "only {} files were looked at", files.len());
    let mut found = Vec::new();
    for path in files {
        let file = path.strip_prefix(&root).unwrap().to_str().unwrap();
        let source = fs::read_to_string(&path).unwrap();
        found.extend(refused_in(&source).iter().map(|(line, text)| format!("{file}:{line}: {text}")));
    }
    assert!(found.is_empty(), "{} doc comments begin with refused words:\n{}", found.len(), found.join("\n"));
}

#[test]
fn only_the_beginning_of_a_doc_comment_is_looked_at() {
    for words in REFUSED {
        assert_eq!(refused_in(&format!("fn f() {{}}\n\n    /// {words} x\nfn g() {{}}")).len(), 1, "{words}");
        assert_eq!(refused_in(&format!("//! {words} x"))[0].0, 1);
        assert_eq!(refused_in(&format!("/// Says so.\n/// {words} x")), []);
        assert_eq!(refused_in(&format!("// {words} x\nlet x = \"{words}\";")), []);
    }
    assert_eq!(refused_in("/// Whatever comes."), []);
}
