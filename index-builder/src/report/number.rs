//! Writes numbers as people read them.
//!
//! Invariant: no digit is lost.

/// Writes a number with commas.
pub(super) fn n(number: u64) -> String {
    let digits = number.to_string();
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
    fn numbers_have_commas() {
        for (number, text) in
            [(0, "0"), (999, "999"), (1_000, "1,000"), (29_052, "29,052"), (1_234_567, "1,234,567")]
        {
            assert_eq!(n(number), text);
        }
    }
}
