//! Writes numbers as people read them.
//!
//! Invariant: no digit is lost.

/// Writes a number with a comma before every three digits.
///
/// ```
/// assert_eq!(seoga_text::number::grouped(1_234_567u32), "1,234,567");
/// ```
#[must_use]
pub fn grouped(number: impl Into<u64>) -> String {
    let digits = number.into().to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        for (number, text) in
            [(0u32, "0"), (999, "999"), (1_000, "1,000"), (29_052, "29,052"), (1_234_567, "1,234,567")]
        {
            assert_eq!(grouped(number), text);
        }
        assert_eq!(grouped(u64::MAX), "18,446,744,073,709,551,615");
    }
}
