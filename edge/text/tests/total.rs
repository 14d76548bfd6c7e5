//! Every entry point takes any text or bytes: no panic, and the invariants its documentation states.

use proptest::prelude::*;
use seoga_text::{
    choseong, fold, hanja, isbn, kdc, keys, layout, names, particle, split, title, token, volume,
};

/// Text as catalogues and keyboards make it, and anything else besides.
fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[가-힣]{1,6}",
        2 => "[ㄱ-ㅣ]{1,5}",
        3 => "[a-zA-Z]{1,8}",
        2 => "[0-9]{1,5}",
        4 => "[ .,;:|/·&+#'()\\[\\]<>$=^_-]{1,3}",
        1 => "[\u{1100}-\u{11FF}]{1,4}",
        1 => "[\u{300}-\u{33F}]{1,2}",
        1 => "[一-龥ぁ-ヿ]{1,3}",
        1 => "[\u{FF00}-\u{FFEF}]{1,4}",
        1 => prop_oneof![Just("지은이: ".to_owned()), Just(" 지음".to_owned()), Just(" 외 3인".to_owned()), Just("C++".to_owned()), Just(".NET".to_owned())],
        2 => any::<String>(),
    ];
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fold_is_idempotent_and_collapsed(text in text()) {
        let once = fold::fold(&text);
        prop_assert_eq!(fold::fold(&once), once.clone());
        prop_assert_eq!(once.trim(), &once);
        prop_assert!(!once.contains("  "));
    }

    #[test]
    fn fold_does_not_care_about_composition(text in "[가-힣a-zé-üА-яぁ-ヿ ]{0,12}") {
        use unicode_normalization::UnicodeNormalization;
        prop_assert_eq!(fold::fold(&text.nfd().collect::<String>()), fold::fold(&text));
    }

    #[test]
    fn letters_hold_no_space_and_are_stable(text in text()) {
        let letters = fold::letters(&text);
        prop_assert!(!letters.contains(char::is_whitespace));
        prop_assert!(letters.chars().all(|c| !c.is_ascii_punctuation() || c == '+' || c == '#'));
    }

    #[test]
    fn canonical_query_is_idempotent(text in text()) {
        let once = fold::canonical_query(&text);
        prop_assert_eq!(fold::canonical_query(&once), once.clone());
    }

    #[test]
    fn volumes_are_pieces_of_any_text(text in text(), number in 1u32..1_000) {
        let _ = (volume::read(&text), volume::title_letters(&text));
        let key = volume::key(&text);
        prop_assert_eq!(key.as_deref().and_then(volume::key), key);
        if let Some((before, volume)) = volume::at_end(&text) {
            prop_assert!(text.starts_with(before) && before.len() < text.len() && !volume.key.is_empty());
        }
        if let Some((at, _)) = volume::glued(&text) {
            prop_assert!(text.is_char_boundary(at));
        }
        if let Some((title, name, number)) = volume::in_series(&text) {
            prop_assert!([title, name, number].iter().all(|part| text.contains(*part)));
        }
        let key = Some(number.to_string());
        for written in [format!("{number}"), format!("제{number}권"), format!("vol. {number}"), format!("#{number:03}")] {
            prop_assert_eq!(volume::key(&written), key.clone());
        }
    }

    #[test]
    fn tokens_lie_inside_the_text_in_order(text in text()) {
        let length = text.chars().count() as u32;
        let tokens = token::tokenize(&text);
        for pair in tokens.windows(2) {
            prop_assert!(pair[0].start <= pair[1].start);
        }
        for token in &tokens {
            prop_assert!(token.start < token.end && token.end <= length, "{:?}", token);
            prop_assert!(!token.text.is_empty() && !token.text.contains(char::is_whitespace));
        }
        let runs = token::runs(&tokens);
        prop_assert_eq!(runs.iter().map(ExactSizeIterator::len).sum::<usize>(), tokens.len());
        prop_assert!(runs.windows(2).all(|w| w[0].end == w[1].start));
    }

    /// Gives the same words whether a query or a title is folded before or not.
    #[test]
    fn tokens_of_folded_text_are_the_same(text in text()) {
        let words = |text: &str| token::tokenize(text).into_iter().map(|t| (t.text, t.kind, t.glued)).collect::<Vec<_>>();
        prop_assert_eq!(words(&fold::fold(&text)), words(&text));
    }

    #[test]
    fn hangul_words_survive_their_keys(word in "[가-힣]{1,12}") {
        prop_assert_eq!(keys::decode(&keys::encode(&word)), word);
    }

    #[test]
    fn keys_survive_what_the_input_method_shows(keys in prop::collection::vec(keys::FIRST_HANGUL..=keys::LAST_HANGUL, 0..24)) {
        prop_assert_eq!(keys::encode(&keys::decode(&keys)), keys);
    }

    #[test]
    fn folded_text_without_jamo_survives_its_keys(text in text()) {
        let folded: String = fold::fold(&text).chars().filter(|c| *c != ' ' && !('\u{3131}'..='\u{318E}').contains(c)).collect();
        prop_assert_eq!(keys::decode(&keys::encode(&folded)), folded);
    }

    #[test]
    fn any_bytes_decode(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let _ = keys::decode(&bytes);
        prop_assert!(keys::boundaries(&bytes).last().copied().unwrap_or(0) == bytes.len());
    }

    /// Every state of an input method has a prefix of the finished word's keys.
    #[test]
    fn ime_states_are_prefixes_in_keys(word in "[가-힣a-z0-9+]{1,10}") {
        let whole = keys::encode(&word);
        for state in keys::states(&word) {
            let typed = keys::encode(&state);
            prop_assert!(whole.starts_with(&typed), "{} of {}", state, word);
        }
        prop_assert_eq!(keys::states(&word).last(), Some(word));
    }

    #[test]
    fn a_particle_is_a_suffix(text in text()) {
        if let Some(stem) = particle::strip(&text) {
            prop_assert!(text.starts_with(stem) && stem.len() < text.len() && !stem.is_empty());
        }
    }

    #[test]
    fn split_parts_join_to_the_word(text in text(), seed in any::<u32>()) {
        let cost = |w: &str| (w.len() as u32 ^ seed).is_multiple_of(2).then_some(seed % 7 + w.len() as u32);
        if let Some(parts) = split::split(&text, &cost) {
            prop_assert!(parts.len() >= 2);
            prop_assert_eq!(parts.concat(), text.clone());
            prop_assert!(parts.iter().all(|p| cost(p).is_some()));
        }
    }

    #[test]
    fn initials_are_those_of_the_syllables(word in "[가-힣]{2,10}") {
        let initials = choseong::initials(&word);
        prop_assert_eq!(initials.chars().count(), word.chars().count());
        let runs = choseong::runs(&word);
        prop_assert_eq!(choseong::parse(&initials), Some(runs[0].keys.clone()));
    }

    #[test]
    fn the_rest_takes_any_text(text in text()) {
        let _ = choseong::initials(&text);
        for run in choseong::runs(&text) {
            prop_assert_eq!(run.words.first(), Some(&0));
            prop_assert!(run.words.windows(2).all(|w| w[0] < w[1]) && run.words.iter().all(|w| *w < run.keys.len()));
        }
        prop_assert_eq!(choseong::parse(&text), choseong::words(&text).map(|w| w.concat()));
        prop_assert_ne!(layout::to_hangul(&text), Some(text.clone()));
        prop_assert_ne!(layout::to_latin(&text), Some(text.clone()));
        for name in names::parse(&text) {
            prop_assert!(name.text.chars().any(char::is_alphabetic) && name.text.trim() == name.text);
        }
        for (han, hangul) in hanja::readings_shown(&text) {
            prop_assert_eq!(han.chars().count(), hangul.chars().count());
        }
        if let Some(isbn) = isbn::parse(&text) {
            prop_assert_eq!(isbn::parse(&isbn.to_string()), Some(isbn));
        }
        let _ = isbn::digits(&text);
        let parts = title::parts(&text);
        let pieces = [Some(parts.main), parts.leading, parts.subtitle, parts.parallel];
        prop_assert!(pieces.into_iter().flatten().all(|piece| text.contains(piece)));
        if let Some(clean) = kdc::clean(&text) {
            prop_assert_eq!(kdc::clean(&clean), Some(clean.clone()));
            prop_assert!(kdc::name(&clean, kdc::Language::Korean).is_some());
        }
        let _ = kdc::path(&text, kdc::Language::English);
        let _ = title::script(&text);
    }

    #[test]
    fn layouts_undo_each_other(word in "[가-힣]{1,8}") {
        const KEYS: &str = "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml";
        let typed: String = keys::encode(&word).iter().map(|k| char::from(KEYS.as_bytes()[usize::from(k - keys::FIRST_HANGUL)])).collect();
        // Capitals alone count as a caps lock.
        prop_assume!(typed.contains(|c: char| c.is_ascii_lowercase()));
        prop_assert_eq!(layout::to_hangul(&typed), Some(word));
    }

    #[test]
    fn latin_words_come_back_from_the_korean_layout(word in "[a-z]{2,12}") {
        let shown = {
            const KEYS: &str = "rRseEfaqQtTdwWczxvgkoiOjpuPhynbml";
            let keys: Vec<u8> = word.chars().map(|c| keys::FIRST_HANGUL + KEYS.find(c).unwrap() as u8).collect();
            keys::decode(&keys)
        };
        if let Some(back) = layout::to_latin(&shown) {
            prop_assert_eq!(back, word);
        }
    }

    #[test]
    fn isbn10_and_13_are_the_same_book(nine in 0_u64..1_000_000_000) {
        let body = 978_000_000_000 + nine;
        let isbn = (0..10).find_map(|check| isbn::Isbn13::new(body * 10 + check)).unwrap();
        let ten = isbn.to_isbn10().unwrap();
        prop_assert_eq!(isbn::parse(&ten), Some(isbn));
        let hyphenated: String = isbn.to_string().chars().map(|c| format!("{c}-")).collect();
        prop_assert_eq!(isbn::parse(hyphenated.trim_end_matches('-')), Some(isbn));
    }
}
