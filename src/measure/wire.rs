//! Counts as bytes and back, for the shelf. Small numbers are short; what can't be read back is `None`, never a guess.

use std::sync::Arc;

use super::kernel::LeftOut;
use super::strata::StratumValue;
use crate::diagnostic::{Part, Said};
use crate::records::{self, InputFile, Quarantined, Receipt, SourceIntake};

/// Bytes that are still to be read.
pub(crate) struct Bytes<'a>(pub &'a [u8]);

impl Bytes<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }
}

/// A value with a form in bytes: the same value, the same bytes.
pub(crate) trait Wire: Sized {
    fn put(&self, out: &mut Vec<u8>);
    fn get(bytes: &mut Bytes<'_>) -> Option<Self>;

    fn bytes(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.put(&mut out);
        out
    }

    /// The value of all the bytes; nothing may be left over.
    fn of(bytes: &[u8]) -> Option<Self> {
        let mut bytes = Bytes(bytes);
        Self::get(&mut bytes).filter(|_| bytes.0.is_empty())
    }
}

/// Seven bits a byte, the lowest first.
impl Wire for u128 {
    fn put(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut value = 0_u128;
        for shift in (0..128).step_by(7) {
            let byte = bytes.byte()?;
            let part = u128::from(byte & 0x7f);
            value |= part.checked_shl(shift).filter(|v| v >> shift == part)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

impl Wire for u64 {
    fn put(&self, out: &mut Vec<u8>) {
        let mut rest = *self;
        while rest >= 0x80 {
            out.push(rest as u8 | 0x80);
            rest >>= 7;
        }
        out.push(rest as u8);
    }

    fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = bytes.byte()?;
            let part = u64::from(byte & 0x7f);
            value |= part.checked_shl(shift).filter(|v| v >> shift == part)?;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }
}

macro_rules! through {
    ($($ty:ty as $wide:ty: $to:expr, $from:expr;)*) => {$(
        impl Wire for $ty {
            fn put(&self, out: &mut Vec<u8>) {
                let to: fn(&$ty) -> $wide = $to;
                to(self).put(out);
            }

            fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
                let from: fn($wide) -> Option<$ty> = $from;
                from(<$wide>::get(bytes)?)
            }
        }
    )*};
}

through! {
    u32 as u64: |n| u64::from(*n), |n| n.try_into().ok();
    bool as u64: |b| u64::from(*b), |n| match n { 0 => Some(false), 1 => Some(true), _ => None };
    // The sign in the lowest bit, so that small negative numbers are short too.
    i64 as u64: |n| ((n << 1) ^ (n >> 63)) as u64, |n| Some((n >> 1) as i64 ^ -((n & 1) as i64));
    i128 as u128: |n| ((n << 1) ^ (n >> 127)) as u128, |n| Some((n >> 1) as i128 ^ -((n & 1) as i128));
    i32 as i64: |n| i64::from(*n), |n| n.try_into().ok();
    Arc<str> as String: |s| s.to_string(), |s| Some(s.into());
}

impl Wire for f64 {
    fn put(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_bits().to_le_bytes());
    }

    fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
        let (bits, rest) = bytes.0.split_first_chunk::<8>()?;
        bytes.0 = rest;
        Some(f64::from_bits(u64::from_le_bytes(*bits)))
    }
}

impl Wire for String {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        out.extend_from_slice(self.as_bytes());
    }

    fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
        let length = usize::try_from(u64::get(bytes)?).ok()?;
        let (text, rest) = bytes.0.split_at_checked(length)?;
        bytes.0 = rest;
        String::from_utf8(text.to_vec()).ok()
    }
}

impl<T: Wire> Wire for Vec<T> {
    fn put(&self, out: &mut Vec<u8>) {
        (self.len() as u64).put(out);
        self.iter().for_each(|item| item.put(out));
    }

    fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
        // Each item takes a byte at least: a longer list is none, and must not be made room for.
        let length = usize::try_from(u64::get(bytes)?).ok().filter(|n| *n <= bytes.0.len())?;
        let mut items = Vec::with_capacity(length);
        for _ in 0..length {
            items.push(T::get(bytes)?);
        }
        Some(items)
    }
}

impl<T: Wire> Wire for Option<T> {
    fn put(&self, out: &mut Vec<u8>) {
        self.is_some().put(out);
        if let Some(value) = self {
            value.put(out);
        }
    }

    fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(if bool::get(bytes)? { Some(T::get(bytes)?) } else { None })
    }
}

macro_rules! tuples {
    ($(($($name:ident)*))*) => {$(
        impl<$($name: Wire),*> Wire for ($($name,)*) {
            #[allow(non_snake_case)] // one name for the type and its value
            fn put(&self, out: &mut Vec<u8>) {
                let ($($name,)*) = self;
                $($name.put(out);)*
            }

            fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
                Some(($($name::get(bytes)?,)*))
            }
        }
    )*};
}

tuples! { (A B) (A B C) (A B C D) (A B C D E) (A B C D E F) }

/// A struct is its fields, one after the other.
macro_rules! fields {
    ($ty:ty { $($field:ident),* }) => {
        impl $crate::measure::wire::Wire for $ty {
            fn put(&self, out: &mut Vec<u8>) {
                $($crate::measure::wire::Wire::put(&self.$field, out);)*
            }

            fn get(bytes: &mut $crate::measure::wire::Bytes<'_>) -> Option<Self> {
                Some(Self { $($field: $crate::measure::wire::Wire::get(bytes)?),* })
            }
        }
    };
}
pub(crate) use fields;

/// Told apart by the first number: a text that isn't ours, or a sentence with what stands in its holes.
impl Wire for Said {
    fn put(&self, out: &mut Vec<u8>) {
        let Some((sentence, parts)) = self.made() else {
            out.push(0);
            self.as_str().to_owned().put(out);
            return;
        };
        out.push(1);
        sentence.to_owned().put(out);
        (parts.len() as u64).put(out);
        for (hole, part) in parts {
            hole.to_string().put(out);
            match part {
                Part::Verbatim(text) => {
                    out.push(0);
                    text.put(out);
                }
                Part::Said(said) => {
                    out.push(1);
                    said.put(out);
                }
                Part::Number(digits) => {
                    out.push(2);
                    digits.put(out);
                }
                Part::Day(_, text) => {
                    out.push(3);
                    text.put(out);
                }
            }
        }
    }

    fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
        said_within(bytes, DEEPEST)
    }
}

/// Sentences stand in sentences no deeper than this; bytes that say otherwise are none of ours.
const DEEPEST: usize = 8;

fn said_within(bytes: &mut Bytes<'_>, deeper: usize) -> Option<Said> {
    if !bool::get(bytes)? {
        return Some(Said::verbatim(String::get(bytes)?));
    }
    let deeper = deeper.checked_sub(1)?;
    let sentence = String::get(bytes)?;
    let mut parts = Vec::new();
    for _ in 0..u64::get(bytes)? {
        let hole = String::get(bytes)?;
        let part = match bytes.byte()? {
            0 => Part::Verbatim(String::get(bytes)?),
            1 => Part::Said(said_within(bytes, deeper)?),
            2 => Part::Number(String::get(bytes)?),
            3 => {
                let text = String::get(bytes)?;
                Part::Day(text.parse().ok()?, text)
            }
            _ => return None,
        };
        parts.push((hole.into(), part));
    }
    Some(Said::new(sentence, parts))
}

fields!(records::LeftOut { reason, rows });
fields!(SourceIntake { rows_in, used, left_out, quarantined });
fields!(Quarantined { file, line, column, reason });
fields!(InputFile { name, digest, bytes, rows });
fields!(Receipt { intake, quarantine, cut, files });
fields!(LeftOut { too_late, too_early, no_date, refused });

impl Wire for StratumValue {
    fn put(&self, out: &mut Vec<u8>) {
        match self {
            StratumValue::Missing => out.push(0),
            StratumValue::No => out.push(1),
            StratumValue::Yes => out.push(2),
            StratumValue::Number(bits) => {
                out.push(3);
                bits.put(out);
            }
            StratumValue::Text(text) => {
                out.push(4);
                text.put(out);
            }
        }
    }

    fn get(bytes: &mut Bytes<'_>) -> Option<Self> {
        Some(match bytes.byte()? {
            0 => StratumValue::Missing,
            1 => StratumValue::No,
            2 => StratumValue::Yes,
            3 => StratumValue::Number(u64::get(bytes)?),
            4 => StratumValue::Text(Wire::get(bytes)?),
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::said;

    fn there_and_back<T: Wire + PartialEq + std::fmt::Debug>(value: T) {
        let bytes = value.bytes();
        assert_eq!(T::of(&bytes), Some(value));
        let mut longer = bytes.clone();
        longer.push(0);
        assert_eq!(T::of(&longer), None, "something is left over");
        for cut in 0..bytes.len() {
            assert_eq!(T::of(&bytes[..cut]), None, "cut at {cut} of {}", bytes.len());
        }
    }

    #[test]
    fn every_value_comes_back_and_a_cut_one_does_not() {
        for n in [0, 1, 127, 128, 300, u64::from(u32::MAX), u64::MAX] {
            there_and_back(n);
            there_and_back(n as i64);
            there_and_back(-(n as i128) * (1 << 60));
            there_and_back(n as i128);
        }
        for n in [i64::MIN, i64::MAX, -1] {
            there_and_back(n);
        }
        there_and_back(i128::MIN);
        there_and_back(i128::MAX);
        there_and_back((String::from("größe"), Some(-0.5_f64), vec![(1_u32, false), (u32::MAX, true)]));
        there_and_back(vec![StratumValue::Missing, StratumValue::Text("ä".into()), StratumValue::Number(u64::MAX)]);
        let inner = said!("`{written}` is not a number", written = "1{x}");
        there_and_back(vec![Said::verbatim("größe"), said!("the first: {what}", what = inner), Said::default()]);
        assert_eq!(f64::of(&f64::NAN.bytes()).map(f64::to_bits), Some(f64::NAN.to_bits()));
    }

    #[test]
    fn nonsense_is_refused_without_room_being_made_for_it() {
        let mut endless = u64::MAX.bytes();
        endless.push(1);
        assert_eq!(Vec::<u64>::of(&endless), None);
        assert_eq!(u64::of(&[0xff; 11]), None);
        assert_eq!(u64::of(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]), None, "more than 64 bits");
        assert_eq!(u32::of(&(1_u64 << 40).bytes()), None);
        assert_eq!(bool::of(&[2]), None);
        assert_eq!(String::of(&[1, 0xff]), None);
    }
}
