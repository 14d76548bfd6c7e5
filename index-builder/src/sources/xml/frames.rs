//! Cuts an XML file at the elements that are records, before any of it is parsed.
//!
//! So a record that is no XML costs itself alone. Wrappers of services have elements of the same name around ours; the inner one
//! counts. Knows no meaning of an element. Invariant: a frame is held up to a limit, whatever stands between its tags.

use std::io::{self, BufRead, Read};

/// Bytes of the longest record taken.
pub(super) const LONGEST_RECORD: usize = 1 << 20;

/// The elements that are records.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cut {
    /// Their names without prefix.
    pub(super) names: &'static [&'static str],
    /// Tells by prefix and name whether an element inside belongs to a record of ours, so that its frame is none of a wrapper.
    pub(super) is_content: fn(&[u8], &[u8]) -> bool,
}

/// One record, not yet parsed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// Its place in the file, the first being 1.
    pub(super) number: u32,
    /// Its bytes, tags included, or their beginning when it is too long.
    pub(super) bytes: Vec<u8>,
    /// Whether it has more than [`LONGEST_RECORD`] bytes.
    pub(super) too_long: bool,
}

/// Cuts a file into records.
#[derive(Debug)]
pub(super) struct Frames<R> {
    reader: R,
    cut: Cut,
    open: Option<Open>,
    number: u32,
    bytes_read: u64,
}

#[derive(Debug)]
struct Open {
    name: Vec<u8>,
    bytes: Vec<u8>,
    has_content: bool,
}

impl Open {
    /// Whether it is worth a frame: it holds something, or a service says that its record was deleted.
    fn counts(&self) -> bool {
        const DELETED: &[u8] = b"status=\"deleted\"";
        self.has_content || self.bytes.windows(DELETED.len()).any(|window| window == DELETED)
    }
}

impl<R: BufRead> Frames<R> {
    pub(super) fn new(reader: R, cut: Cut) -> Self {
        Self { reader, cut, open: None, number: 0, bytes_read: 0 }
    }

    pub(super) fn bytes_read(&self) -> u64 {
        self.bytes_read
    }

    /// Reads the next record, whole or not; `None` at the end of the file.
    pub(super) fn next(&mut self) -> io::Result<Option<Frame>> {
        let mut piece = Vec::new();
        let mut in_comment = false;
        loop {
            piece.clear();
            let read = Read::take(&mut self.reader, LONGEST_RECORD as u64).read_until(b'>', &mut piece)?;
            if read == 0 {
                let last = self.open.take().filter(Open::counts);
                return Ok(last.map(|open| self.frame(open, false)));
            }
            self.bytes_read += read as u64;
            let at = piece.iter().rposition(|&byte| byte == b'<').unwrap_or(piece.len());
            let first = piece.iter().position(|&byte| byte == b'<').and_then(|at| piece.get(at..));
            if self.open.is_none() {
                in_comment |= first.is_some_and(|start| start.starts_with(b"<!--"));
                if in_comment {
                    in_comment = !piece.ends_with(b"-->");
                    continue;
                }
            }
            let tag = Tag::read(piece.get(at..).unwrap_or(&[]));
            if let Some(frame) = self.take(&piece, at, &tag) {
                return Ok(Some(frame));
            }
        }
    }

    /// Takes a piece that ends in a tag; gives the frame that it ends.
    fn take(&mut self, piece: &[u8], at: usize, tag: &Tag<'_>) -> Option<Frame> {
        let is_record = self.cut.names.iter().any(|name| name.as_bytes() == tag.name);
        if is_record && tag.kind == TagKind::Opens {
            let bytes = piece.get(at..).unwrap_or(&[]).to_vec();
            let has_content = (self.cut.is_content)(tag.prefix, tag.name);
            let before = self.open.replace(Open { name: tag.name.to_vec(), bytes, has_content });
            return before.filter(|open| open.has_content && has_content).map(|open| self.frame(open, false));
        }
        let open = self.open.as_mut()?;
        open.bytes.extend_from_slice(piece);
        if open.bytes.len() > LONGEST_RECORD {
            return self.open.take().map(|open| self.frame(open, true));
        }
        if tag.kind == TagKind::Closes {
            let ends = tag.name == open.name;
            return self.open.take_if(|_| ends).filter(Open::counts).map(|open| self.frame(open, false));
        }
        open.has_content |= (self.cut.is_content)(tag.prefix, tag.name);
        None
    }

    fn frame(&mut self, open: Open, too_long: bool) -> Frame {
        self.number = self.number.saturating_add(1);
        Frame { number: self.number, bytes: open.bytes, too_long }
    }
}

/// Tells the effect of a tag on its element.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TagKind {
    Opens,
    Closes,
    /// `<dc/>` holds nothing.
    Empty,
}

/// A tag, taken apart.
#[derive(Debug)]
struct Tag<'a> {
    prefix: &'a [u8],
    name: &'a [u8],
    kind: TagKind,
}

impl<'a> Tag<'a> {
    fn read(tag: &'a [u8]) -> Self {
        let inside = tag.strip_prefix(b"<").unwrap_or(&[]);
        let (inside, kind) = match inside.strip_prefix(b"/") {
            Some(rest) => (rest, TagKind::Closes),
            None if tag.ends_with(b"/>") => (inside, TagKind::Empty),
            None => (inside, TagKind::Opens),
        };
        let end = inside.iter().position(|b| b.is_ascii_whitespace() || matches!(b, b'/' | b'>'));
        let name = inside.get(..end.unwrap_or(inside.len())).unwrap_or(&[]);
        let colon = name.iter().position(|&byte| byte == b':');
        let (prefix, name) = match colon {
            Some(colon) => (name.get(..colon).unwrap_or(&[]), name.get(colon + 1..).unwrap_or(&[])),
            None => (&[][..], name),
        };
        Self { prefix, name, kind }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUT: Cut =
        Cut { names: &["record", "dc"], is_content: |prefix, name| prefix == b"dc" || name == b"dc" };

    fn frames(text: &str) -> Vec<(u32, String, bool)> {
        let mut frames = Frames::new(text.as_bytes(), CUT);
        let mut found = Vec::new();
        while let Some(frame) = frames.next().unwrap() {
            found.push((frame.number, String::from_utf8(frame.bytes).unwrap(), frame.too_long));
        }
        found
    }

    #[test]
    fn the_inner_record_is_cut_out_of_its_wrapper() {
        let text = "<?xml?><a><!-- <dc>x</dc> --><record><header/><o:dc><dc:title>가</dc:title></o:dc></record>\n\
                    <record><dc:title>나</dc:title></record><record><other/></record></a>";
        let found = frames(text);
        assert_eq!(found[0].1, "<o:dc><dc:title>가</dc:title></o:dc>");
        assert_eq!(found[1].1, "<record><dc:title>나</dc:title></record>");
        assert_eq!(found.len(), 2);
    }

    #[test]
    fn a_record_cut_off_or_deleted_is_one_too() {
        let found = frames("<record><header status=\"deleted\"><i>1</i></header></record><dc><dc:title>가");
        assert_eq!(found.len(), 2);
        assert!(found[0].1.contains("deleted"));
    }

    #[test]
    fn a_record_without_end_is_held_up_to_the_limit() {
        let text = format!("<dc>{}</dc><dc><dc:title/></dc>", "<x>가</x>".repeat(LONGEST_RECORD / 10 + 9));
        let found = frames(&text);
        assert_eq!(found.iter().map(|frame| frame.2).collect::<Vec<_>>(), [true, false]);
    }
}
