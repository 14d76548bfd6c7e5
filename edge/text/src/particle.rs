//! Korean particles (josa) and the copula at the end of a word. Rules, no dictionary, so it errs (텐서플로 -> 텐서플): what it
//! gives is one more form of a word, never a replacement.

use crate::hangul;

/// States the condition on the syllable before a particle.
#[derive(Clone, Copy)]
enum After {
    Any,
    Consonant,
    Vowel,
    /// A vowel or ㄹ.
    VowelOrRieul,
    /// A consonant other than ㄹ.
    Closed,
}

const PARTICLES: &[(&str, After)] = &[
    ("은", After::Consonant),
    ("는", After::Vowel),
    ("이", After::Consonant),
    ("가", After::Vowel),
    ("을", After::Consonant),
    ("를", After::Vowel),
    ("과", After::Consonant),
    ("와", After::Vowel),
    ("과의", After::Consonant),
    ("와의", After::Vowel),
    ("으로", After::Closed),
    ("로", After::VowelOrRieul),
    ("으로의", After::Closed),
    ("로의", After::VowelOrRieul),
    ("으로서", After::Closed),
    ("로서", After::VowelOrRieul),
    ("으로써", After::Closed),
    ("로써", After::VowelOrRieul),
    ("으로는", After::Closed),
    ("로는", After::VowelOrRieul),
    ("으로도", After::Closed),
    ("로도", After::VowelOrRieul),
    ("으로부터", After::Closed),
    ("로부터", After::VowelOrRieul),
    ("이나", After::Consonant),
    ("나", After::Vowel),
    ("이랑", After::Consonant),
    ("랑", After::Vowel),
    ("이란", After::Consonant),
    ("란", After::Vowel),
    ("이라는", After::Consonant),
    ("라는", After::Vowel),
    ("이라면", After::Consonant),
    ("라면", After::Vowel),
    ("이다", After::Consonant),
    ("다", After::Vowel),
    ("이며", After::Consonant),
    ("며", After::Vowel),
    ("이든", After::Consonant),
    ("든", After::Vowel),
    ("이지", After::Consonant),
    ("의", After::Any),
    ("에", After::Any),
    ("에의", After::Any),
    ("에는", After::Any),
    ("에도", After::Any),
    ("에서", After::Any),
    ("에서의", After::Any),
    ("에서는", After::Any),
    ("에서도", After::Any),
    ("에게", After::Any),
    ("에게서", After::Any),
    ("한테", After::Any),
    ("께서", After::Any),
    ("까지", After::Any),
    ("까지의", After::Any),
    ("부터", After::Any),
    ("부터의", After::Any),
    ("처럼", After::Any),
    ("보다", After::Any),
    ("마다", After::Any),
    ("만", After::Any),
    ("만의", After::Any),
    ("만을", After::Any),
    ("만으로", After::Any),
    ("도", After::Any),
    ("뿐", After::Any),
    ("하고", After::Any),
    ("밖에", After::Any),
    ("조차", After::Any),
    ("마저", After::Any),
    ("대로", After::Any),
    ("만큼", After::Any),
    ("들", After::Any),
    ("들의", After::Any),
    ("들을", After::Any),
    ("들이", After::Any),
    ("들은", After::Any),
    ("들과", After::Any),
    ("들도", After::Any),
    ("들에게", After::Any),
    ("들에", After::Any),
];

/// Gives the word without its longest particle, if one fits: at least two syllables stay, or one character where the stem ends in a
/// Latin letter, digit or sign. The form of the particle must fit the sound before it (은 after a consonant, 는 after a
/// vowel). Give it folded text.
///
/// ```
/// use seoga_text::particle::strip;
/// assert_eq!(strip("파이썬으로"), Some("파이썬"));
/// assert_eq!(strip("r을"), Some("r"));
/// assert_eq!(strip("전문가"), None);
/// ```
pub fn strip(word: &str) -> Option<&str> {
    // The longest that fits the sound decides, so that 손으로 does not lose a mere 로.
    let end = word.as_bytes().last_chunk::<3>()?;
    let stems = PARTICLES
        .iter()
        // A syllable is three bytes: compared as such, most particles are ruled out at once.
        .filter(|(particle, _)| particle.as_bytes().last_chunk() == Some(end))
        .filter_map(|(particle, after)| word.strip_suffix(particle).filter(|stem| sounds(stem, *after)));
    stems.min_by_key(|stem| stem.len()).filter(|stem| is_long(stem))
}

/// Tells whether a stem is long enough to be a word of its own.
fn is_long(stem: &str) -> bool {
    !stem.ends_with(hangul::is_hangul) || stem.chars().nth(1).is_some()
}

fn sounds(stem: &str, after: After) -> bool {
    const RIEUL: u8 = 8;
    let Some(last) = stem.chars().next_back() else { return false };
    let Some(last_consonant) = hangul::final_of(last) else {
        // How a Latin letter, digit or sign is read aloud is not known here.
        return last.is_ascii_graphic() || last.is_alphanumeric() && !hangul::is_jamo(last);
    };
    match after {
        After::Any => true,
        After::Consonant => last_consonant != 0,
        After::Vowel => last_consonant == 0,
        After::VowelOrRieul => last_consonant == 0 || last_consonant == RIEUL,
        After::Closed => last_consonant != 0 && last_consonant != RIEUL,
    }
}
