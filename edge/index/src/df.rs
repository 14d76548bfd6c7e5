//! Document frequencies in classes, two to a doubling: what a dictionary says of a list's length.

/// Computes `floor(2 log2 df)` in integers.
///
/// ```
/// use seoga_index::dictionary::{df_class, df_of_class};
///
/// assert_eq!(df_class(1_000), 19);
/// assert_eq!(df_of_class(19), 724);
/// ```
#[must_use]
pub fn df_class(df: u32) -> u8 {
    let df = u64::from(df.max(1));
    let log = df.ilog2();
    // df >= 2^(log + 1/2) exactly when df^2 >= 2^(2 log + 1)
    let half = u32::from(df * df >= 1 << (2 * log + 1));
    (2 * log + half) as u8
}

/// Computes the smallest number of documents in a class, rounded down.
#[must_use]
pub fn df_of_class(class: u8) -> u32 {
    let whole = 1u64 << (class / 2).min(31);
    // 181/128 = 1.4141
    (if class.is_multiple_of(2) { whole } else { whole * 181 / 128 }) as u32
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn df_class_is_within_root_two(df in 1u32..1 << 30) {
            let low = f64::from(df_of_class(df_class(df)));
            prop_assert!(low <= f64::from(df) && f64::from(df) < low * 1.4144 + 1.5, "{df} {low}");
        }
    }
}
