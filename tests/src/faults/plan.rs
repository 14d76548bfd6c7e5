//! Plans which files are damaged how, and which questions that concerns.

use anyhow::{Context, Result};
use seoga_index::file::{FileName, Kind};

use super::index::{Answered, Index};

/// Damage to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Damage {
    /// It ends half-way.
    Truncated,
    /// One bit in its middle is the other way.
    Flipped,
    /// It says it is of another version of the format.
    Version,
    /// It is whole, but another file of its kind.
    Swapped,
    /// It is not there.
    Missing,
}

impl Damage {
    /// Every kind, with the kind of file it befalls here. All files pass one door; which one is damaged decides
    /// how far a search gets before it is.
    pub const ALL: [(Self, Kind); 5] = [
        (Self::Truncated, Kind::Postings),
        (Self::Flipped, Kind::Records),
        (Self::Version, Kind::Dictionary),
        (Self::Swapped, Kind::Records),
        (Self::Missing, Kind::Records),
    ];

    /// A word of what the log must say of it.
    #[must_use]
    pub fn in_log(self) -> &'static str {
        match self {
            Self::Truncated => "the header says",
            Self::Flipped => "checksum",
            Self::Version => "version",
            Self::Swapped => "swapped",
            Self::Missing => "missing",
        }
    }

    /// A file's bytes, damaged; `other` is another file of its kind. `None` for one that goes.
    #[must_use]
    pub fn apply(self, mut file: Vec<u8>, other: Vec<u8>) -> Option<Vec<u8>> {
        let middle = file.len() / 2;
        match self {
            Self::Truncated => file.truncate(middle),
            Self::Flipped => file.iter_mut().skip(middle).take(1).for_each(|byte| *byte ^= 4),
            Self::Version => file.iter_mut().skip(4).take(1).for_each(|byte| *byte = byte.wrapping_add(1)),
            Self::Swapped => return Some(other),
            Self::Missing => return None,
        }
        Some(file)
    }
}

/// A file that is damaged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// How.
    pub damage: Damage,
    /// Which.
    pub file: FileName,
    /// A whole file of its kind.
    pub other: FileName,
    /// A question that needs it, and no other that is damaged.
    pub probe: Answered,
}

/// A deployment's damaged files, and the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// One for each kind of damage.
    pub broken: Vec<Broken>,
    /// Questions that need none of the damaged files.
    pub unharmed: Vec<Answered>,
}

/// Questions to choose from: words of the sample catalogue's titles, authors and publishers, alone and together.
const WORDS: [&str; 44] = [
    "파이썬",
    "도커",
    "쿠버네티스",
    "딥러닝",
    "자바",
    "엑셀",
    "자바스크립트",
    "알고리즘",
    "블록체인",
    "사물인터넷",
    "빅데이터",
    "c++",
    "node.js",
    "react",
    "r",
    "입문",
    "실무",
    "완성",
    "교과서",
    "길잡이",
    "사전",
    "데이터 분석",
    "자연어 처리",
    "정보 보안",
    "웹 개발",
    "게임 개발",
    "클라우드",
    "리눅스",
    "바른서가",
    "참빛미디어",
    "우고 아일라",
    "노해안",
    "여민민",
    "박아가",
    "손중홍",
    "송미재",
    "파이썬 설계",
    "도커 입문",
    "쿠버네티스 실무",
    "딥러닝 완성",
    "엑셀 실무",
    "자바 교과서",
    "python",
    "kubernetes",
];
/// Unharmed questions that are asked.
const UNHARMED: usize = 3;

impl Plan {
    /// Chooses, always the same for the same index.
    ///
    /// # Errors
    /// When the index is too small for that: every question needs every file.
    pub fn of(index: &Index) -> Result<Self> {
        let mut asked = Vec::new();
        for text in WORDS {
            asked.push(index.ask(text)?);
        }
        asked.retain(|answered| !answered.isbns.is_empty());
        let mut broken: Vec<Broken> = Vec::new();
        for (damage, kind) in Damage::ALL {
            let taken: Vec<FileName> = broken.iter().flat_map(|broken| [broken.file, broken.other]).collect();
            let next = choose(index, &asked, &broken, kind, &taken);
            let (probe, file, other) = next.with_context(|| format!("no file for {damage:?} {kind:?}"))?;
            broken.push(Broken { damage, file, other, probe });
        }
        let unharmed =
            asked.into_iter().filter(|answered| !broken.iter().any(|b| answered.files.contains(&b.file)));
        let unharmed: Vec<Answered> = unharmed.take(UNHARMED).collect();
        anyhow::ensure!(unharmed.len() == UNHARMED, "nearly every question needs a damaged file");
        Ok(Self { broken, unharmed })
    }
}

/// A file of a kind that few questions need, one of them, and another file of the kind.
fn choose(
    index: &Index,
    asked: &[Answered],
    broken: &[Broken],
    kind: Kind,
    taken: &[FileName],
) -> Option<(Answered, FileName, FileName)> {
    let needed_by = |file: &FileName| asked.iter().filter(|answered| answered.files.contains(file)).count();
    let free = |file: &FileName| file.kind == kind && !taken.contains(file);
    let mut files: Vec<FileName> = index.manifest.files().into_iter().filter(free).collect();
    files.sort_by_key(|file| (needed_by(file), *file));
    let spared = |answered: &Answered, file: &FileName| {
        answered.files.contains(file) && !broken.iter().any(|b| answered.files.contains(&b.file))
    };
    // Nor may what is damaged now befall the probe of an earlier one.
    let harmless = |file: &FileName| !broken.iter().any(|b| b.probe.files.contains(file));
    files.iter().filter(|file| harmless(file)).find_map(|file| {
        let probe = asked.iter().find(|answered| spared(answered, file))?;
        let other = files.iter().find(|other| *other != file)?;
        Some((probe.clone(), *file, *other))
    })
}
