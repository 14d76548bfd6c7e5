//! Invented titles, Korean and English, and the ways in which libraries record one title.
//!
//! Invariant: a title has a word of the shelf's own vocabulary, so that sample searches find something at any size.

use super::chance::Chance;
use super::coin;
use super::words::{Tool, Topic, WORDS};

/// The subject of a book.
pub(super) struct Subject {
    pub(super) topic: &'static Topic<'static>,
    pub(super) tool: Option<&'static Tool<'static>>,
    /// A word hardly any other book has.
    pub(super) coined: Option<String>,
}

/// The parts of a title.
pub(super) struct Title {
    /// `직장인을 위한`, which libraries put in front, in brackets or not at all.
    leading: String,
    main: String,
    subtitle: String,
    /// In English, after `=`.
    parallel: String,
    /// `개정판` and the like.
    edition: String,
}

impl Subject {
    /// Draws a subject.
    pub(super) fn draw(chance: &mut Chance) -> Self {
        let tool = chance.per_mille(650).then(|| chance.pick_early(&WORDS.tools));
        let topic = match tool {
            Some(tool) if chance.per_mille(850) => {
                &WORDS.topics[tool.topics[chance.below(tool.topics.len())]]
            }
            _ => chance.pick_early(&WORDS.topics),
        };
        let coined = chance.per_mille(560).then(|| match chance.below(10) {
            0..5 => coin::compound(chance.rank_tail(600)),
            5..8 => coin::hangul_name(chance.rank_tail(400)),
            _ => coin::latin_name(chance.rank_tail(400)),
        });
        Self { topic, tool, coined }
    }
}

impl Title {
    /// A title of these parts, in one language.
    pub(super) fn of(main: String, subtitle: String, edition: String) -> Self {
        Self { leading: String::new(), main, subtitle, parallel: String::new(), edition }
    }

    /// Draws a Korean title.
    pub(super) fn korean(subject: &Subject, chance: &mut Chance) -> Self {
        let topic = subject.topic.korean;
        let tool = subject.tool.map(|tool| tool.korean);
        let closing = chance.pick_early(&WORDS.closings);
        let opening = chance.pick_early(&WORDS.openings);
        let mut leading = String::new();
        let about = tool.unwrap_or(topic);
        let mut main = match chance.below(8) {
            0 => format!("{opening} {about}"),
            1 => format!("{about} {closing}"),
            2 => format!("{opening} {about} {closing}"),
            3 => {
                let audience = chance.pick_early(&WORDS.audiences);
                leading = format!("{audience}{} 위한", object(audience));
                format!("{about} {closing}")
            }
            4 | 5 => match tool {
                Some(tool) => {
                    let verb = chance.pick(&["배우는", "만드는", "익히는", "시작하는", "다루는", "끝내는"]);
                    format!("{tool}{} {verb} {topic}", with(tool))
                }
                None => format!("{topic} {closing}"),
            },
            6 => {
                let other = chance.pick_early(&WORDS.topics).korean;
                if other == about {
                    format!("{about} {closing}")
                } else {
                    format!("{about}{} {other}", and(about))
                }
            }
            _ => format!("{topic} {closing}"),
        };
        if let Some(coined) = &subject.coined {
            main = match chance.below(4) {
                0 => format!("{coined} {main}"),
                1 => format!("{main} {coined} 편"),
                2 => format!("{coined}{} {main}", with(coined)),
                _ => format!("{main} with {coined}"),
            };
        }
        if chance.per_mille(120) {
            let version = 2 + chance.rank_log(30);
            main = format!("{main} {version}");
        } else if chance.per_mille(60) {
            main = format!("{main} {}", 2008 + chance.below(18));
        }
        let subtitle = match chance.per_mille(450) {
            true if chance.per_mille(400) => {
                format!("{} {}", coin::compound(chance.rank_tail(600)), chance.pick_early(&WORDS.subtitles))
            }
            true => (*chance.pick_early(&WORDS.subtitles)).to_owned(),
            false => String::new(),
        };
        let parallel = if chance.per_mille(70) { Self::english(subject, chance).main } else { String::new() };
        let edition = match chance.below(40) {
            0 => "개정판".to_owned(),
            1 => format!("제{}판", 2 + chance.below(4)),
            2 => "전면 개정판".to_owned(),
            _ => String::new(),
        };
        Self { leading, main, subtitle, parallel, edition }
    }

    /// Draws an English title.
    pub(super) fn english(subject: &Subject, chance: &mut Chance) -> Self {
        let topic = subject.topic.english;
        let about = subject.tool.map_or(topic, |tool| tool.english);
        let mut main = match chance.below(5) {
            0 => format!("{} {about}", chance.pick_early(&WORDS.openings_english)),
            1 => format!("{about} {}", chance.pick_early(&WORDS.closings_english)),
            2 => format!("{about} for {}", chance.pick_early(&WORDS.audiences_english)),
            3 if about != topic => format!("{topic} with {about}"),
            _ => format!("{topic} {}", chance.pick_early(&WORDS.closings_english)),
        };
        if chance.per_mille(300) {
            let name = coin::latin_name(chance.rank_tail(400));
            main =
                if chance.per_mille(500) { format!("{name}: {main}") } else { format!("{main} on {name}") };
        }
        let edition = if chance.per_mille(120) { format!("{}nd ed.", 2) } else { String::new() };
        Self { leading: String::new(), main, subtitle: String::new(), parallel: String::new(), edition }
    }

    /// The title as a library of that habit (0 to 4) records it.
    pub(super) fn recorded(&self, habit: usize) -> String {
        let mut text = match (self.leading.is_empty(), habit) {
            (true, _) => self.main.clone(),
            (false, 0 | 4) => format!("({}) {}", self.leading, self.main),
            (false, _) => format!("{} {}", self.leading, self.main),
        };
        if !self.edition.is_empty() {
            match habit {
                0 | 1 => text.push_str(&format!(" ({})", self.edition)),
                2 => text.push_str(&format!(" [{}]", self.edition)),
                _ => {}
            }
        }
        if !self.parallel.is_empty() && habit != 3 {
            text.push_str(&format!(" ={}", self.parallel));
        }
        if !self.subtitle.is_empty() {
            match habit {
                0 | 4 => text.push_str(&format!(" :{}", self.subtitle)),
                1 => text.push_str(&format!(" - {}", self.subtitle)),
                2 => text.push_str(&format!(" ({})", self.subtitle)),
                _ => {}
            }
        }
        // Many libraries' systems leave a blank at the end.
        if habit == 0 {
            text.push(' ');
        }
        text
    }
}

/// 을 after a consonant, 를 after a vowel.
pub(super) fn object(word: &str) -> &'static str {
    if final_consonant(word).is_some_and(|last| last > 0) { "을" } else { "를" }
}

/// 과 after a consonant, 와 after a vowel.
fn and(word: &str) -> &'static str {
    if final_consonant(word).is_some_and(|last| last > 0) { "과" } else { "와" }
}

/// 으로 after a consonant, 로 after a vowel or ㄹ.
fn with(word: &str) -> &'static str {
    if final_consonant(word).is_some_and(|last| last > 0 && last != 8) { "으로" } else { "로" }
}

/// The number of the final consonant of the last syllable (0 none, 8 ㄹ); `None` when it is not Hangul.
pub(super) fn final_consonant(word: &str) -> Option<u32> {
    let last = word.chars().last()? as u32;
    (0xAC00..=0xD7A3).contains(&last).then(|| (last - 0xAC00) % 28)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn particles_follow_the_last_sound() {
        assert_eq!((with("파이썬"), with("자바"), with("엑셀"), with("C++")), ("으로", "로", "로", "로"));
        assert_eq!((and("파이썬"), and("자바")), ("과", "와"));
        assert_eq!((object("직장인"), object("연구자")), ("을", "를"));
    }

    #[test]
    fn a_title_is_recorded_in_several_ways() {
        let title = Title {
            leading: "직장인을 위한".to_owned(),
            main: "엑셀 입문".to_owned(),
            subtitle: "개념부터".to_owned(),
            parallel: String::new(),
            edition: String::new(),
        };
        assert_eq!(title.recorded(0), "(직장인을 위한) 엑셀 입문 :개념부터 ");
        assert_eq!(title.recorded(1), "직장인을 위한 엑셀 입문 - 개념부터");
        assert_eq!(title.recorded(3), "직장인을 위한 엑셀 입문");
    }
}
