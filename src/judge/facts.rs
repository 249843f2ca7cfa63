//! What is known of a person beside the figures, from the evidence rows.

use crate::records::EvidenceRow;

/// The evidence rows, sorted by person.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub rows: Vec<EvidenceRow>,
}
