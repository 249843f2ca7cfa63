//! File names from subjects' ids: safe on every system, unique where case is ignored.

use std::collections::BTreeMap;

/// Longest base of a name in bytes, so that template suffix and extension still fit 255.
const LONGEST: usize = 120;

/// Names that Windows keeps for devices, whatever the extension.
const DEVICES: [&str; 4] = ["con", "prn", "aux", "nul"];

/// A name for `id` that can stand in a path on Linux, macOS and Windows: letters, digits, `-`, `_` and inner dots
/// and spaces stay; all else becomes `_`.
pub fn safe(id: &str) -> String {
    let mut name: String =
        id.chars().map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ') { c } else { '_' }).collect();
    while name.len() > LONGEST {
        name.pop();
    }
    let trimmed = name.trim_matches([' ', '.']);
    let stem = trimmed.split('.').next().unwrap_or("").trim().to_lowercase();
    let port = |kind: &str| {
        stem.strip_prefix(kind)
            .is_some_and(|n| n.chars().count() == 1 && n.chars().all(|c| c.is_ascii_digit() || "¹²³".contains(c)))
    };
    let device = DEVICES.contains(&stem.as_str()) || port("com") || port("lpt");
    if trimmed.is_empty() || device { format!("_{trimmed}") } else { trimmed.to_owned() }
}

/// Names already given in one folder. Ids must be asked in a fixed order for fixed names.
#[derive(Default)]
pub struct Names {
    /// Folded name → id that holds it.
    given: BTreeMap<String, String>,
}

impl Names {
    /// The safe name of an id, the same each time. Where another id holds it (also by other case), or where the safe
    /// form differs from the id, eight digits of the id's digest tell them apart.
    pub fn of(&mut self, id: &str) -> String {
        let plain = safe(id);
        for name in [plain.clone(), format!("{plain}-{}", &blake3::hash(id.as_bytes()).to_hex()[..8])] {
            let folded = name.to_lowercase();
            match self.given.get(&folded) {
                Some(holder) if holder == id => return name,
                Some(_) => {}
                None if plain == id || name != plain => {
                    self.given.insert(folded, id.to_owned());
                    return name;
                }
                None => {}
            }
        }
        // Two ids whose digests share eight digits: the whole digest settles it.
        format!("{plain}-{}", blake3::hash(id.as_bytes()).to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_safe_on_windows_too() {
        assert_eq!(safe("AG-7"), "AG-7");
        assert_eq!(safe("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(safe("a:b*c?\"<>|\\/"), "a_b_c_______");
        assert_eq!(safe("CON"), "_CON");
        assert_eq!(safe("com1.txt"), "_com1.txt");
        assert_eq!(safe("common"), "common");
        assert_eq!(safe("trailing. "), "trailing");
        assert_eq!(safe(""), "_");
        assert_eq!(safe("Kofi Ñandú"), "Kofi Ñandú");
        assert!(safe(&"é".repeat(300)).len() <= LONGEST);
    }

    #[test]
    fn names_are_unique_where_case_is_ignored() {
        let mut names = Names::default();
        let first = names.of("ag-7");
        let second = names.of("AG-7");
        assert_eq!(first, "ag-7");
        assert_ne!(first.to_lowercase(), second.to_lowercase());
        assert_eq!(names.of("AG-7"), second);
    }

    #[test]
    fn a_changed_id_never_takes_the_name_of_an_unchanged_one() {
        let mut names = Names::default();
        let slash = names.of("a/b");
        let plain = names.of("a_b");
        assert_eq!(plain, "a_b");
        assert!(slash.starts_with("a_b-"));
    }
}
