//! `evenhand watch`: run again whenever a file is saved. The last good version stays in force.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::Answer;
use super::arguments::Watch;
use super::console::Console;
use super::run;
use crate::diagnostic::{Diagnostic, Sources};
use crate::judge::{Outcome, Recommendations};
use crate::watch::{self, Ignore, Reload, Settle, Watching};
use crate::workspace::{self, Plan};

/// One whole state: the plan and what it recommends.
pub struct Generation {
    pub plan: Plan,
    pub recommendations: Recommendations,
}

struct Author<'a> {
    arguments: &'a Watch,
    console: &'a Console,
    /// The generation in force.
    current: Option<Arc<Generation>>,
    /// Held until the files are mended; every status line repeats it.
    rejection: Option<String>,
}

pub fn run(arguments: &Watch, console: &Console) -> Answer {
    let root = arguments.workspace.folder.clone();
    if !root.exists() {
        console.say(&format!("the folder `{}` does not exist", root.display()));
        return Answer::CouldNot;
    }
    let root = if root.is_file() { root.parent().map_or(root.clone(), PathBuf::from) } else { root };
    let out = arguments.output.out.clone().unwrap_or_else(|| root.join("out"));
    let watching = Watching {
        root,
        settle: Settle::default(),
        poll: arguments.poll.map(|s| Duration::from_secs_f64(s.clamp(0.1, 86_400.0))),
        ignore: Ignore { paths: vec![out] },
    };
    let mut author = Author { arguments, console, current: None, rejection: None };
    watch::follow(&watching, &mut author, watch::hints());
    Answer::Fine
}

impl Reload for Author<'_> {
    type State = Generation;
    type Rejection = (Vec<Diagnostic>, Arc<Sources>);

    fn load(&mut self) -> (Result<Generation, Self::Rejection>, Vec<PathBuf>) {
        let loaded = workspace::load(&self.arguments.workspace.folder);
        let Some(plan) = loaded.plan else { return (Err((loaded.diagnostics, loaded.sources)), loaded.folders) };
        let state = run::evaluate(&plan, &self.arguments.when, self.console)
            .map(|recommendations| Generation { plan, recommendations })
            .map_err(|problems| (problems, loaded.sources));
        (state, loaded.folders)
    }

    fn accepted(&mut self, number: u64, state: Generation, took: Duration) {
        let out = run::out_folder(&self.arguments.output, &state.plan);
        let written = run::write(&state.plan, &state.recommendations, &self.arguments.output, &out);
        let state = Arc::new(state);
        self.console.result(&format!("[{}] generation {number} · {} · {} ms", clock(), line(&state), took.as_millis()));
        let mut summary = vec![line(&state)];
        if let Some(before) = &self.current {
            summary.extend(moved(before, &state).into_iter().take(20));
        }
        summary.iter().skip(1).for_each(|moved| self.console.result(&format!("    {moved}")));
        super::restore::keep(&state.plan, &summary, self.console);
        match written {
            Ok(_) => self.rejection = None,
            Err(problems) => self.console.remarks(&problems, &state.plan.author),
        }
        self.current = Some(state);
    }

    fn rejected(&mut self, generation: u64, (problems, sources): Self::Rejection) {
        self.console.remarks(&problems, &sources);
        let kept = if generation == 0 { "nothing is in force yet".into() } else { format!("generation {generation} stays in force") };
        let text = format!("{}; {kept}", super::console::count(&problems));
        self.console.result(&format!("[{}] rejected · {text}", clock()));
        self.rejection = Some(text);
    }
}

fn clock() -> String {
    jiff::Zoned::now().strftime("%H:%M:%S").to_string()
}

/// `412 people: 61 reward, 98 develop, 4 sanction`
fn line(state: &Generation) -> String {
    let readings = &state.recommendations.scorecards.readings;
    let Some(level) = readings.levels.first() else { return "no levels".into() };
    let mut counts = BTreeMap::new();
    let mut assessed = 0;
    for outcome in state.recommendations.levels.first().into_iter().flat_map(|l| l.outcome.iter().flatten()) {
        assessed += 1;
        *counts.entry(*outcome).or_insert(0_u64) += 1;
    }
    let words: Vec<String> = Outcome::ALL
        .iter()
        .filter(|o| **o != Outcome::None)
        .filter_map(|o| counts.get(o).map(|n| format!("{n} {}", o.word())))
        .collect();
    let who = if level.level == "person" { "people".to_string() } else { format!("{}s", level.level) };
    format!("{assessed} {who}: {}", if words.is_empty() { "none".into() } else { words.join(", ") })
}

type Outcomes = BTreeMap<(String, String, String), Outcome>;

fn outcomes(state: &Generation) -> Outcomes {
    let readings = &state.recommendations.scorecards.readings;
    let mut all = BTreeMap::new();
    for (level, outcomes) in readings.levels.iter().zip(&state.recommendations.levels) {
        for (s, subject) in level.subjects.iter().enumerate() {
            for &p in &readings.judged {
                if let Some(Some(outcome)) = outcomes.outcome.get(readings.cell(s, p)) {
                    let period = readings.periods.get(p).map(|p| p.name.clone()).unwrap_or_default();
                    all.insert((level.level.clone(), subject.id.to_string(), period), *outcome);
                }
            }
        }
    }
    all
}

/// Who moved between two generations, newly adverse first.
pub fn moved(before: &Generation, after: &Generation) -> Vec<String> {
    let (old, new) = (outcomes(before), outcomes(after));
    let mut moved: Vec<(u8, String)> = Vec::new();
    for (key, outcome) in &new {
        let was = old.get(key).copied();
        if was == Some(*outcome) {
            continue;
        }
        let rank = match outcome {
            Outcome::Sanction => 0,
            Outcome::Develop => 1,
            _ => 2,
        };
        let (level, id, period) = key;
        moved.push((rank, format!("{level}:{id} {period}: {} → {}", was.map_or("not assessed", Outcome::word), outcome.word())));
    }
    moved.sort();
    moved.into_iter().map(|(_, text)| text).collect()
}
