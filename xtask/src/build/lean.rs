//! Scripts of the site as they are served: without what only their readers need.
//!
//! Also compiled by the build script of `edge/server`, which carries the site along. Invariant: every line keeps its number, so that
//! what a browser says of a place is true of the source.

/// Tells whether a file of the site is served without its comments.
pub(crate) fn is_script(path: &str) -> bool {
    path.ends_with(".js")
}

/// Empties the lines of a script that are comments, and takes indentation off the others. What stands behind code stays, since telling
/// a comment from a text there would need a parser. No line within a text of several lines may begin with two slashes.
pub(crate) fn script(source: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(source.len());
    for line in source.split_inclusive(|byte| *byte == b'\n') {
        let line = line.trim_ascii_start();
        if line.is_empty() || line.starts_with(b"//") { out.push(b'\n') } else { out.extend(line) }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn comments_and_indentation_go_and_lines_keep_their_numbers() {
        let source = "// Says a thing.\nexport const a = 1; // one\n\n  // And why.\n  go(`x\n    y`);\n";
        let served = String::from_utf8(super::script(source.as_bytes())).unwrap();
        assert_eq!(served, "\nexport const a = 1; // one\n\n\ngo(`x\ny`);\n");
        assert_eq!(super::script(b"  a"), b"a");
    }

    #[test]
    fn no_text_of_several_lines_in_the_site_has_one_that_looks_like_a_comment() {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../site/assets");
        let mut scripts = 0;
        for file in seoga_host::files::list(&root).unwrap() {
            let path = file.to_string_lossy().into_owned();
            if !super::is_script(&path) {
                continue;
            }
            scripts += 1;
            let source = seoga_host::files::read_text(&file).unwrap();
            let mut within = false;
            for line in source.lines() {
                assert!(!(within && line.trim_start().starts_with("//")), "{path}: {line}");
                within ^= line.matches('`').count() % 2 == 1;
            }
        }
        assert!(scripts > 10, "{scripts}");
    }
}
