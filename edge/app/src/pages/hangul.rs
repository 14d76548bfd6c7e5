//! Marks what is Korean on a page that is not, so that it is read aloud as Korean.
//!
//! Titles say their language where they are written; names of libraries, people and publishers, keywords, addresses and what a
//! visitor typed stand in a hundred places, so the whole page is gone through once. Invariant: its text is as before, and no Hangul
//! stands outside an element of a language of its own, but in attributes and beside other letters in the document's title.

use seoga_text::hangul;

/// Elements without an end.
const VOID: [&str; 6] = ["meta", "link", "input", "br", "hr", "img"];

/// Marks the Korean of a page in another language, as `maud` writes it: no sign of a tag stands in a text or an attribute.
pub(crate) fn marked(page: &str) -> String {
    let mut out = String::with_capacity(page.len() + page.len() / 8);
    // Elements that are open from one on that has a language of its own.
    let mut inside = 0u32;
    // Where the tag ends that has come last, if it opens an element; whether it takes no other element.
    let mut opened = None;
    let mut rest = page;
    while let Some((text, after)) = rest.split_once('<') {
        let Some((tag, behind)) = after.split_once('>') else { break };
        let closes = tag.starts_with('/');
        if inside > 0 {
            out.push_str(text);
        } else {
            put(&mut out, text, opened, closes);
        }
        out.push('<');
        out.push_str(tag);
        out.push('>');
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        let is_empty = VOID.contains(&name) || tag.ends_with('/') || tag.starts_with('!');
        let speaks = name != "html" && tag.contains(" lang=\"");
        opened = (!closes && !is_empty && !speaks).then(|| (out.len() - 1, name == "title"));
        if closes {
            inside = inside.saturating_sub(1);
        } else if !is_empty && (inside > 0 || speaks) {
            inside += 1;
        }
        rest = behind;
        // What a script holds is no text.
        if let (false, "script", Some(end)) = (closes, name, rest.find("</script>")) {
            let (script, behind) = rest.split_at(end);
            out.push_str(script);
            rest = behind;
            opened = None;
        }
    }
    out.push_str(rest);
    out
}

/// Appends a text; one without other letters that is all of its element marks that, another is marked from its first syllable to its last.
fn put(out: &mut String, text: &str, opened: Option<(usize, bool)>, closes: bool) {
    let (first, last) = (text.find(is_hangul), text.rfind(is_hangul));
    let (Some(first), Some(last)) = (first, last) else { return out.push_str(text) };
    let is_all = !text.contains(|c: char| c.is_ascii_alphabetic());
    match opened {
        Some((end, _)) if is_all && closes => {
            out.insert_str(end, MARK);
            out.push_str(text);
        }
        Some((_, true)) => out.push_str(text),
        _ => {
            let (before, from) = text.split_at(first);
            let length =
                from.get(last - first..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            let (korean, after) = from.split_at(last - first + length);
            [before, "<span", MARK, ">", korean, "</span>", after].iter().for_each(|part| out.push_str(part));
        }
    }
}

const MARK: &str = " lang=\"ko\"";

fn is_hangul(c: char) -> bool {
    hangul::is_syllable(c) || matches!(c, 'ㄱ'..='ㅣ')
}

#[cfg(test)]
mod tests {
    use super::*;
    use maud::html;
    use proptest::prelude::*;

    #[test]
    fn an_element_is_marked_where_it_has_korean_alone_and_else_a_part_of_its_text() {
        for (written, marked_so) in [
            ("<li><a href=\"/x\">강남</a></li>", "<li><a href=\"/x\" lang=\"ko\">강남</a></li>"),
            ("<p>2 libraries: 강남, 강동 …</p>", "<p>2 libraries: <span lang=\"ko\">강남, 강동</span> …</p>"),
            ("<a><b>✓ </b>강남</a>", "<a><b>✓ </b><span lang=\"ko\">강남</span></a>"),
            ("<p>김서가 <b>x</b></p>", "<p><span lang=\"ko\">김서가</span> <b>x</b></p>"),
            (
                "<h2 lang=\"ko\"><mark>파이썬</mark> 입문</h2><i>ㄱ</i>",
                "<h2 lang=\"ko\"><mark>파이썬</mark> 입문</h2><i lang=\"ko\">ㄱ</i>",
            ),
            (
                "<p lang=\"ja\">の<br>가</p><input value=\"가\">나",
                "<p lang=\"ja\">の<br>가</p><input value=\"가\"><span lang=\"ko\">나</span>",
            ),
            (
                "<title>‘가’ · Seoga</title><title>가</title>",
                "<title>‘가’ · Seoga</title><title lang=\"ko\">가</title>",
            ),
            ("<script type=\"x\">{\"가\":1}</script>", "<script type=\"x\">{\"가\":1}</script>"),
            ("<html lang=\"en\"><p>a</p></html>", "<html lang=\"en\"><p>a</p></html>"),
        ] {
            // The end belongs to what was found before it.
            let end = if written.ends_with('>') { "" } else { "<hr>" };
            assert_eq!(marked(&format!("{written}{end}")), format!("{marked_so}{end}"));
        }
    }

    /// Takes the tags out.
    fn text(page: &str) -> String {
        page.split('<').map(|part| part.split_once('>').map_or(part, |(_, text)| text)).collect()
    }

    proptest! {
        #[test]
        fn the_text_stays_and_what_is_marked_is_not_marked_again(parts in prop::collection::vec("[가-나a<&> ]{0,6}", 4)) {
            let page = html! { p { (parts[0]) b { (parts[1]) } i lang="ko" { (parts[2]) br; } (parts[3]) } }.into_string();
            let made = marked(&page);
            prop_assert_eq!(text(&made), text(&page));
            prop_assert_eq!(marked(&made), made.clone());
        }

        #[test]
        fn any_text_is_gone_through_without_panic(page: String) {
            let _ = marked(&page);
        }
    }
}
