//! Cuts a word written without spaces into words that are known, by whatever vocabulary the caller has. No vocabulary of its
//! own. Invariant: the parts joined are the word.

/// Longest word that is tried, in characters.
const LONGEST: usize = 24;

/// Words of one syllable that may be one of the parts.
const SHORT: [&str; 13] = ["빅", "앱", "웹", "책", "맵", "봇", "칩", "폰", "툴", "팀", "펜", "셀", "쿡"];

/// Finds the cheapest cut of a folded word into two or more known words (`cost` gives `Some`, the less the better; a cut costs the
/// sum). A part has two syllables at least, save one that may be a word such as 앱 or 웹; three letters where it is cut out of
/// a longer Latin word; any length where the script changes at both its ends. Numbers are never cut. Ties: fewer parts, then
/// the longest first part. A word of more than 24 characters is not cut.
///
/// ```
/// use seoga_text::split::split;
/// let cost = |w: &str| ["데이터", "분석", "웹", "프로그래밍"].contains(&w).then_some(1);
/// assert_eq!(split("데이터분석", &cost), Some(vec!["데이터", "분석"]));
/// assert_eq!(split("웹프로그래밍", &cost), Some(vec!["웹", "프로그래밍"]));
/// assert_eq!(split("데이터베이스", &cost), None);
/// ```
pub fn split<'a>(word: &'a str, cost: &dyn Fn(&str) -> Option<u32>) -> Option<Vec<&'a str>> {
    let offsets: Vec<usize> = word.char_indices().map(|(i, _)| i).chain([word.len()]).collect();
    let length = offsets.len() - 1;
    if !(2..=LONGEST).contains(&length) {
        return None;
    }
    let part = |from: usize, to: usize| word.get(*offsets.get(from)?..*offsets.get(to)?);
    let edges: Vec<bool> = edges(word);
    // best[from][spare]: the cheapest way on from a place, with `spare` short words still allowed. From the end backwards, so
    // that among equals the longest first part can be preferred.
    let mut best: Vec<[Option<Step>; 2]> = vec![[None; 2]; length + 1];
    if let Some(end) = best.last_mut() {
        *end = [Some(Step { cost: 0, parts: 0, to: length, spare: 0 }); 2];
    }
    for from in (0..length).rev() {
        for spare in 0..2_usize {
            let mut chosen: Option<Step> = None;
            for to in (from + 1..=length).rev() {
                if from == 0 && to == length {
                    continue;
                }
                let Some(text) = part(from, to) else { continue };
                let Some(short) = allowed(text, edge(&edges, from), edge(&edges, to)) else { continue };
                let Some(left) = spare.checked_sub(usize::from(short)) else { continue };
                let Some(onwards) = best.get(to).and_then(|b| *b.get(left)?) else { continue };
                let Some(own) = cost(text) else { continue };
                let step = Step {
                    cost: onwards.cost.saturating_add(own),
                    parts: onwards.parts + 1,
                    to,
                    spare: left,
                };
                if chosen.is_none_or(|c| (step.cost, step.parts) < (c.cost, c.parts)) {
                    chosen = Some(step);
                }
            }
            if let Some(slot) = best.get_mut(from).and_then(|b| b.get_mut(spare)) {
                *slot = chosen;
            }
        }
    }
    let (mut from, mut spare) = (0, 1_usize);
    let mut out = Vec::new();
    while from < length {
        let step = best.get(from).and_then(|b| *b.get(spare)?)?;
        out.push(part(from, step.to)?);
        (from, spare) = (step.to, step.spare);
    }
    Some(out)
}

#[derive(Clone, Copy)]
struct Step {
    cost: u32,
    parts: u32,
    to: usize,
    spare: usize,
}

/// Tells whether the script changes before each character; true at both ends.
fn edges(word: &str) -> Vec<bool> {
    let class = |c: char| if c.is_ascii() { if c.is_ascii_digit() { 1 } else { 2 } } else { 3 };
    let mut before = 0;
    let mut out: Vec<bool> = word
        .chars()
        .map(|c| {
            let changed = class(c) != before;
            before = class(c);
            changed
        })
        .collect();
    out.push(true);
    out
}

fn edge(edges: &[bool], at: usize) -> bool {
    edges.get(at).copied().unwrap_or(true)
}

/// Tells whether the part may stand; `Some(true)` when it uses up the one short word.
fn allowed(text: &str, from_edge: bool, to_edge: bool) -> Option<bool> {
    let long = |n: usize| text.chars().nth(n - 1).is_some();
    if text.bytes().all(|b| b.is_ascii()) {
        let digit = |b: Option<u8>| b.is_some_and(|b| b.is_ascii_digit());
        let cut_number =
            !from_edge && digit(text.bytes().next()) || !to_edge && digit(text.bytes().next_back());
        return (!cut_number && (from_edge && to_edge || long(3))).then_some(false);
    }
    if long(2) { Some(false) } else { SHORT.contains(&text).then_some(true) }
}
