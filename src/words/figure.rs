//! How a number is written: the shortest decimal after half-up at 12 decimals, never with an exponent.

use std::fmt::Write as _;

/// Decimals that survive in every result file.
pub const DECIMALS: i32 = 12;

/// The digits of a number on the stack, so that a table of millions of cells allocates nothing.
struct Digits {
    bytes: [u8; 40],
    length: usize,
}

impl std::fmt::Write for Digits {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        let end = self.length + text.len();
        self.bytes.get_mut(self.length..end).ok_or(std::fmt::Error)?.copy_from_slice(text.as_bytes());
        self.length = end;
        Ok(())
    }
}

/// Appends `x`, rounded half away from zero at 12 decimals, as its shortest decimal. NaN and infinity append nothing.
pub fn figure(x: f64, out: &mut Vec<u8>) {
    decimal(x, DECIMALS, out);
}

/// `figure` as a text of its own.
pub fn figure_text(x: f64) -> String {
    decimal_text(x, DECIMALS)
}

/// The number that `figure` writes; `None` for NaN and infinity. For JSON and Parquet.
pub fn rounded(x: f64) -> Option<f64> {
    if !x.is_finite() {
        return None;
    }
    figure_text(x).parse().ok()
}

/// `x` rounded half away from zero at `places` decimals of its shortest decimal, without trailing zeros.
pub fn decimal_text(x: f64, places: i32) -> String {
    let mut out = Vec::with_capacity(24);
    decimal(x, places, &mut out);
    String::from_utf8(out).unwrap_or_default()
}

/// Appends what `decimal_text` gives.
fn decimal(x: f64, places: i32, out: &mut Vec<u8>) {
    if !x.is_finite() {
        return;
    }
    if x == x.trunc() && x.abs() < 9e15 {
        let mut digits = Digits { bytes: [0; 40], length: 0 };
        if write!(digits, "{}", x as i64).is_ok() {
            out.extend_from_slice(&digits.bytes[..digits.length]);
        }
        return;
    }
    // `{:e}` gives the shortest digits that read back as `x`: `1.2345e-3`.
    let mut shown = Digits { bytes: [0; 40], length: 0 };
    if write!(shown, "{:e}", x.abs()).is_err() {
        return;
    }
    let mut digits = [0u8; 24];
    let mut count = 0;
    let mut exponent = 0i32;
    for (i, byte) in shown.bytes[..shown.length].iter().enumerate() {
        match byte {
            b'0'..=b'9' if count < digits.len() => {
                digits[count] = byte - b'0';
                count += 1;
            }
            b'e' => {
                let text = std::str::from_utf8(&shown.bytes[i + 1..shown.length]).unwrap_or("0");
                exponent = text.parse().unwrap_or(0);
                break;
            }
            _ => {}
        }
    }
    let mut point = exponent + 1;
    round(&mut digits, &mut count, &mut point, places);
    write_digits(x < 0.0, &digits[..count], point, out);
}

/// Rounds 0.d₁d₂… × 10^point half up at `places` decimals and drops trailing zeros; no digits are left for zero.
fn round(digits: &mut [u8; 24], count: &mut usize, point: &mut i32, places: i32) {
    let keep = *point + places;
    if keep < 0 {
        *count = 0;
    } else if (keep as usize) < *count {
        let keep = keep as usize;
        let mut carry = digits[keep] >= 5;
        *count = keep;
        for digit in digits[..keep].iter_mut().rev() {
            if !carry {
                break;
            }
            carry = *digit == 9;
            *digit = if carry { 0 } else { *digit + 1 };
        }
        if carry {
            digits.copy_within(0..keep, 1);
            digits[0] = 1;
            *count = keep + 1;
            *point += 1;
        }
    }
    while *count > 0 && digits[*count - 1] == 0 {
        *count -= 1;
    }
}

fn write_digits(negative: bool, digits: &[u8], point: i32, out: &mut Vec<u8>) {
    if digits.is_empty() {
        out.push(b'0');
        return;
    }
    if negative {
        out.push(b'-');
    }
    if point <= 0 {
        out.push(b'0');
    }
    for position in 0..point {
        out.push(b'0' + digits.get(position as usize).copied().unwrap_or(0));
    }
    let whole = point.max(0) as usize;
    if digits.len() > whole {
        out.push(b'.');
        out.extend(std::iter::repeat_n(b'0', (-point).max(0) as usize));
        out.extend(digits[whole..].iter().map(|d| b'0' + d));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_short_and_without_exponents() {
        for (x, shown) in [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (0.1 + 0.2, "0.3"),
            (0.85, "0.85"),
            (-33.333333333333336, "-33.333333333333"),
            (2.0 / 3.0, "0.666666666667"),
            (1e-7, "0.0000001"),
            (4.9e-13, "0"),
            (5e-13, "0.000000000001"),
            (-4e-13, "0"),
            (0.9999999999999, "1"),
            (99.99999999999999, "100"),
            (9.9999999999995, "10"),
            (1e22, "10000000000000000000000"),
            (123456789.125, "123456789.125"),
            (f64::NAN, ""),
            (f64::INFINITY, ""),
        ] {
            assert_eq!(figure_text(x), shown, "{x:e}");
        }
    }

    #[test]
    fn halves_go_up_in_decimal_not_in_binary() {
        // 1.005 is below its decimal in binary; half up on what is shown gives 1.01.
        assert_eq!(decimal_text(1.005, 2), "1.01");
        assert_eq!(decimal_text(-1.005, 2), "-1.01");
        assert_eq!(decimal_text(0.5, 0), "1");
        assert_eq!(decimal_text(0.49, 0), "0");
        assert_eq!(decimal_text(85.04, 1), "85");
    }

    #[test]
    fn a_rounded_number_reads_back_as_written() {
        for x in [0.1 + 0.2, 1.0 / 3.0, 1e-9, 81.0 / 263.0, -12.5, 1e17] {
            assert_eq!(rounded(x).map(figure_text), Some(figure_text(x)));
        }
        assert_eq!(rounded(f64::NAN), None);
    }
}
