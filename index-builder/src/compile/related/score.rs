//! How near two words are: normalised pointwise mutual information in integers.
//!
//! `NPMI = log(n N / (a b)) / log(N / n)` (Bouma 2009): 1 when two words are
//! only ever met together, 0 when they meet as often as by chance. For n
//! stands `n - √n`, one standard deviation less than was counted, because few
//! meetings of rare words are mostly chance; measured on hidden keywords this
//! ranks better than n itself (`docs/decisions/0010-related-words.md`).
//!
//! Not floats: logarithms are fixed-point integers, so every machine gives the
//! same score. Invariant: a score is 0 to 255 and depends on its arguments alone.

/// Fractional bits of a logarithm.
const FRACTION: u32 = 16;

/// `floor(2^16 log2 x)`, 0 for 0.
pub(super) fn log2(x: u64) -> i64 {
    let Some(whole) = x.checked_ilog2() else { return 0 };
    // The mantissa, 1 to 2, in 31 fractional bits; squaring it doubles its logarithm.
    let mut mantissa = if whole > 31 { x >> (whole - 31) } else { x << (31 - whole) };
    let mut log = i64::from(whole);
    for _ in 0..FRACTION {
        mantissa = (mantissa * mantissa) >> 31;
        log <<= 1;
        if mantissa >> 32 != 0 {
            mantissa >>= 1;
            log |= 1;
        }
    }
    log
}

/// The nearness of two words in 255ths, of which `a` and `b` books of `books`
/// have one each and `both` (at most 2^31) have both; 0 where they meet no
/// oftener than by chance.
pub(super) fn nearness(books: u32, a: u32, b: u32, both: u32) -> u8 {
    let both = u64::from(both);
    // What was counted less its root, in sixteen fractional bits.
    let counted = (both << FRACTION).saturating_sub((both << (2 * FRACTION)).isqrt());
    if counted == 0 || a == 0 || b == 0 {
        return 0;
    }
    let met = log2(counted) - (i64::from(FRACTION) << FRACTION);
    let books = log2(books.into());
    let information = met + books - log2(a.into()) - log2(b.into());
    let most = books - met;
    if information <= 0 || most <= 0 {
        return 0;
    }
    let score = (information * 255 + most / 2) / most;
    u8::try_from(score).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn log2_is_that_of_floats(x in 1u64..) {
            let float = (x as f64).log2() * 65_536.0;
            prop_assert!((log2(x) as f64 - float).abs() < 2.5, "{} {float}", log2(x));
        }

        #[test]
        fn nearness_is_that_of_floats(books in 100u32..1_000_000, a in 3u32..2000, b in 3u32..2000, both in 2u32..2000) {
            let both = both.min(a).min(b);
            let met = f64::from(both) - f64::from(both).sqrt();
            let float = (met * f64::from(books) / (f64::from(a) * f64::from(b))).ln() / (f64::from(books) / met).ln();
            let float = (float * 255.0).clamp(0.0, 255.0);
            if a <= books && b <= books {
                prop_assert!((f64::from(nearness(books, a, b, both)) - float).abs() < 1.0, "{float}");
            }
        }
    }

    #[test]
    fn what_meets_as_by_chance_is_not_near() {
        assert_eq!(nearness(1000, 100, 100, 10), 0);
        assert_eq!(nearness(1000, 0, 5, 0), 0);
        assert!(nearness(1000, 10, 10, 10) > nearness(1000, 10, 20, 10));
        assert!(nearness(1000, 10, 10, 9) > nearness(1000, 10, 10, 8));
    }
}
