//! The luck audit of the policy in force: in short for the first page, and in full on a page of its own.

use serde::Serialize;

use super::board::Chances;
use super::chances;
use super::site::{Answer, View};
use crate::report::LuckView;

/// What is known so far.
#[derive(Serialize)]
pub struct Luck {
    drawing: bool,
    failed: Option<String>,
    found: Option<LuckView>,
}

impl Luck {
    /// `None` where nobody draws.
    pub fn of(view: &View<'_>) -> Option<Self> {
        let chances = view.shown.chances.as_ref()?;
        Some(Self {
            drawing: matches!(chances, Chances::Drawing),
            failed: if let Chances::Failed(why) = chances { Some(why.clone()) } else { None },
            found: chances::answer(Some(chances)).map(|answer| view.report.luck_view(answer)),
        })
    }
}

#[derive(Serialize)]
struct Body {
    luck: Luck,
}

pub fn page(view: &View<'_>) -> Answer {
    match Luck::of(view) {
        Some(luck) => view.render("live/luck.html", "/luck", &Body { luck }),
        None => view.missing(),
    }
}
