//! Scales and round tick marks.

/// A linear scale from a domain to places.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub low: f64,
    pub high: f64,
    pub from: f64,
    pub to: f64,
}

impl Scale {
    /// The domain of the finite values, widened by `room` of its length on both sides; at least a little wide.
    pub fn around(values: impl IntoIterator<Item = f64>, room: f64, from: f64, to: f64) -> Option<Self> {
        let (mut low, mut high) = (f64::INFINITY, f64::NEG_INFINITY);
        for value in values.into_iter().filter(|v| v.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if low > high {
            return None;
        }
        let width = high - low;
        let room = if width > 0.0 { width * room } else { low.abs().max(1.0) * 0.1 };
        Some(Self { low: low - room, high: high + room, from, to })
    }

    /// Keeps the domain inside natural ends (0…1 for shares, −100…100 for NPS).
    pub fn within(self, low: f64, high: f64) -> Self {
        Self { low: self.low.max(low), high: self.high.min(high), ..self }
    }

    /// The place of a value, held to the ends.
    pub fn at(&self, value: f64) -> f64 {
        let width = self.high - self.low;
        if width <= 0.0 || !value.is_finite() {
            return self.from;
        }
        let part = ((value - self.low) / width).clamp(0.0, 1.0);
        self.from + part * (self.to - self.from)
    }

    /// Round values inside the domain, about `count` of them.
    pub fn ticks(&self, count: usize) -> Vec<f64> {
        let width = self.high - self.low;
        if width <= 0.0 || !width.is_finite() || count == 0 {
            return Vec::new();
        }
        let rough = width / count as f64;
        let power = 10f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0].into_iter().map(|s| s * power).find(|s| *s >= rough * 0.999);
        let step = step.unwrap_or(power * 10.0);
        let first = (self.low / step - 1e-9).ceil();
        let last = (self.high / step + 1e-9).floor();
        let steps = (last - first).clamp(0.0, 50.0) as usize;
        (0..=steps).map(|i| (first + i as f64) * step).filter(|t| *t <= self.high + step * 1e-6).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_inside() {
        let scale = Scale { low: 0.0, high: 100.0, from: 0.0, to: 500.0 };
        assert_eq!(scale.ticks(5), [0.0, 20.0, 40.0, 60.0, 80.0, 100.0]);
        let scale = Scale { low: 0.62, high: 0.91, from: 0.0, to: 500.0 };
        let shown: Vec<String> = scale.ticks(4).into_iter().map(|t| format!("{t:.2}")).collect();
        assert_eq!(shown, ["0.70", "0.80", "0.90"]);
    }

    #[test]
    fn values_outside_are_held_to_the_ends_and_nothing_gives_no_scale() {
        let scale = Scale { low: 0.0, high: 1.0, from: 10.0, to: 110.0 };
        assert_eq!((scale.at(0.5), scale.at(2.0), scale.at(-1.0), scale.at(f64::NAN)), (60.0, 110.0, 10.0, 10.0));
        assert_eq!(Scale::around([f64::NAN], 0.1, 0.0, 1.0), None);
        let flat = Scale::around([5.0, 5.0], 0.1, 0.0, 1.0).unwrap();
        assert!(flat.low < 5.0 && flat.high > 5.0);
    }
}
