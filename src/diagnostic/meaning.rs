//! Did-you-mean, by spelling and by meaning.

/// The candidate nearest to what was written, if one is near enough.
pub fn nearest<'a>(_written: &str, _candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    unimplemented!()
}

/// The same, also by meaning: goal→target, percent→share, average→mean, employee→person, bonus→reward …
pub fn did_you_mean<'a>(_written: &str, _candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    unimplemented!()
}
