//! Numbers as on a calculator: what is not a finite number is missing (NaN), comparison has a
//! spreadsheet's precision, rounding is decimal.

use std::cmp::Ordering;

use super::tree::Arithmetic;

/// Numbers that differ by less than this share of the larger one are equal.
const TOLERANCE: f64 = 1e-14;

/// The number, or missing where it is infinite.
#[inline(always)]
pub(super) fn finite(x: f64) -> f64 {
    if x.abs() <= f64::MAX { x } else { f64::NAN }
}

/// Equal, at a spreadsheet's precision. Zero equals zero alone.
#[inline(always)]
pub(super) fn near(a: f64, b: f64) -> bool {
    a == b || (a - b).abs() < TOLERANCE * a.abs().max(b.abs())
}

/// The order of two numbers that are not missing; near ones are equal.
#[inline]
pub(super) fn order(a: f64, b: f64) -> Ordering {
    if near(a, b) {
        Ordering::Equal
    } else if a < b {
        Ordering::Less
    } else {
        Ordering::Greater
    }
}

/// The least and the greatest number that is near `c`, so that a column is compared with two plain comparisons.
pub(super) fn neighbourhood(c: f64) -> (f64, f64) {
    if c == 0.0 || !c.is_finite() {
        return (c, c);
    }
    let edge = |guess: f64, outward: fn(f64) -> f64, inward: fn(f64) -> f64| {
        let mut x = if guess.is_finite() { guess } else { f64::MAX.copysign(guess) };
        while !near(x, c) {
            x = inward(x);
        }
        while outward(x).is_finite() && near(outward(x), c) {
            x = outward(x);
        }
        x
    };
    let reach = c.abs() * TOLERANCE;
    (edge(c - reach, f64::next_down, f64::next_up), edge(c + reach, f64::next_up, f64::next_down))
}

/// `a ∘ b`; missing where an operand is missing, on division by zero and on overflow.
#[inline(always)]
pub(super) fn combine(operator: Arithmetic, a: f64, b: f64) -> f64 {
    match operator {
        Arithmetic::Add => finite(a + b),
        Arithmetic::Subtract => finite(a - b),
        Arithmetic::Multiply => finite(a * b),
        Arithmetic::Divide => finite(a / b),
        Arithmetic::Remainder => finite(a % b),
        Arithmetic::Power => power(a, b),
    }
}

/// NaN ** 0 is 1 in IEEE arithmetic; here a missing base makes the power missing.
pub(super) fn power(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::NAN } else { finite(libm::pow(a, b)) }
}

#[inline(always)]
pub(super) fn least(a: f64, b: f64) -> f64 {
    if a <= b {
        a
    } else if b < a {
        b
    } else {
        f64::NAN
    }
}

#[inline(always)]
pub(super) fn greatest(a: f64, b: f64) -> f64 {
    if a >= b {
        a
    } else if b > a {
        b
    } else {
        f64::NAN
    }
}

/// `x` held between two bounds; missing where they stand the wrong way round.
pub(super) fn clamp(x: f64, low: f64, high: f64) -> f64 {
    if low <= high { least(greatest(x, low), high) } else { f64::NAN }
}

/// Half away from zero on the decimal digits a reader sees: `round_to(2.675, 2)` is 2.68.
pub(super) fn round_to(x: f64, digits: f64) -> f64 {
    if x.is_nan() || digits.is_nan() {
        return f64::NAN;
    }
    let digits = digits.round().clamp(-400.0, 400.0) as i32;
    const POWERS: [f64; 10] = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9];
    if let Some(power) = usize::try_from(digits).ok().and_then(|d| POWERS.get(d)) {
        let scaled = x.abs() * power;
        let floor = scaled.floor();
        let part = scaled - floor;
        // Away from a half the binary product decides as the decimal digits do.
        if scaled < 1e9 && (part - 0.5).abs() > 1e-6 {
            return (if part < 0.5 { floor } else { floor + 1.0 } / power).copysign(x);
        }
    }
    round_digits(x, digits)
}

/// The nearest whole number, a half away from zero.
pub(super) fn whole(x: f64) -> f64 {
    round_to(x, 0.0)
}

/// The next whole number down; what is a whole number at a spreadsheet's precision stays it: 4.35 × 100 is 435.
pub(super) fn floor(x: f64) -> f64 {
    if near(x, x.round()) { x.round() } else { x.floor() }
}

/// The next whole number up, likewise.
pub(super) fn ceil(x: f64) -> f64 {
    if near(x, x.round()) { x.round() } else { x.ceil() }
}

/// On the 15 significant digits that a spreadsheet shows: 1.4999999999999991 is 1.5, as a reader would compute it.
fn round_digits(x: f64, digits: i32) -> f64 {
    if x == 0.0 {
        return x;
    }
    let text = format!("{:.14e}", x.abs());
    let Some((mantissa, exponent)) = text.split_once('e') else { return x };
    let Ok(exponent) = exponent.parse::<i32>() else { return x };
    let mut figures: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    let keep = exponent + 1 + digits;
    if keep >= figures.len() as i32 {
        return x;
    }
    if keep < 0 {
        return 0.0_f64.copysign(x);
    }
    let keep = keep as usize;
    let up = figures.get(keep).is_some_and(|d| *d >= 5);
    figures.truncate(keep);
    if up {
        increment(&mut figures);
    }
    // One more figure than was kept means that the carry went through.
    let shift = exponent + 1 + i32::from(figures.len() > keep);
    let written: String = figures.iter().map(|d| char::from(b'0' + d)).collect();
    if written.is_empty() {
        return 0.0_f64.copysign(x);
    }
    finite(format!("0.{written}e{shift}").parse::<f64>().unwrap_or(f64::NAN).copysign(x))
}

fn increment(figures: &mut Vec<u8>) {
    for figure in figures.iter_mut().rev() {
        if *figure < 9 {
            *figure += 1;
            return;
        }
        *figure = 0;
    }
    figures.insert(0, 1);
}

/// As in a table: the shortest digits, no exponent for everyday sizes, no negative zero.
pub(super) fn shown(x: f64) -> String {
    let x = if x == 0.0 { 0.0 } else { x };
    if x == 0.0 || (1e-7..1e16).contains(&x.abs()) { format!("{x}") } else { format!("{x:e}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheets_precision() {
        assert!(near(0.1 + 0.2, 0.3));
        assert_eq!(order(0.1 + 0.2, 0.3), Ordering::Equal);
        assert!(!near(1.0, 1.0 + 1e-13));
        assert!(near(0.0, -0.0));
        assert!(!near(0.0, f64::MIN_POSITIVE));
        assert!(!near(1e308, -1e308));
    }

    #[test]
    fn neighbourhoods_are_exact() {
        for c in [1.0, 0.3, -20.0, 1e300, f64::MAX, f64::MIN, 1e-300, 5e-324, f64::MIN_POSITIVE, 20.0, 0.1 + 0.2] {
            let (low, high) = neighbourhood(c);
            assert!(near(low, c) && near(high, c), "{c}");
            assert!(low == f64::MIN || !near(low.next_down(), c), "{c}");
            assert!(high == f64::MAX || !near(high.next_up(), c), "{c}");
        }
        assert_eq!(neighbourhood(0.0), (0.0, 0.0));
    }

    #[test]
    fn rounds_what_a_reader_sees() {
        for (x, digits, rounded) in [
            (2.675, 2.0, 2.68),
            (1.005, 2.0, 1.01),
            (-2.675, 2.0, -2.68),
            (0.5, 0.0, 1.0),
            (-0.5, 0.0, -1.0),
            (2.5, 0.0, 3.0),
            (1234.5, -2.0, 1200.0),
            (1250.0, -2.0, 1300.0),
            (9.995, 2.0, 10.0),
            (0.05, 1.0, 0.1),
            (0.04, 1.0, 0.0),
            (95.0, -2.0, 100.0),
            (1e308, 2.0, 1e308),
            (1e-300, 2.0, 0.0),
            (0.30000000000000004, 17.0, 0.30000000000000004),
            (49.0, -3.0, 0.0),
            (0.49999999999999994, 0.0, 1.0),
            (10.0 * (1.124 - 1.405) / (0.0 - 1.405) - 0.5, 0.0, 2.0),
            (0.4999999999999, 0.0, 0.0),
        ] {
            assert_eq!(round_to(x, digits), rounded, "{x} to {digits}");
        }
        assert!(round_to(f64::NAN, 2.0).is_nan() && round_to(1.0, f64::NAN).is_nan());
    }

    #[test]
    fn missing_stays_missing() {
        assert!(power(f64::NAN, 0.0).is_nan() && power(1.0, f64::NAN).is_nan());
        assert!(least(f64::NAN, 1.0).is_nan() && greatest(1.0, f64::NAN).is_nan());
        assert!(combine(Arithmetic::Divide, 1.0, 0.0).is_nan() && combine(Arithmetic::Multiply, 1e308, 10.0).is_nan());
        assert!(clamp(1.0, 5.0, 2.0).is_nan());
    }

    #[test]
    fn numbers_in_texts() {
        assert_eq!(shown(-0.0), "0");
        assert_eq!(shown(20.0), "20");
        assert_eq!(shown(0.1 + 0.2), "0.30000000000000004");
        assert_eq!(shown(1e300), "1e300");
    }
}
