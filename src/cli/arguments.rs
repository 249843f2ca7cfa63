//! The command line, as clap sees it: what was typed, not yet what it means.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// From a customer-service charter and logged data to fair recommendations: reward, develop or sanction.
#[derive(Parser, Debug)]
#[command(name = "evenhand", version, propagate_version = true)]
#[command(after_help = "Start with `evenhand init my-charter`, then `evenhand run my-charter`.\n\
Exit code: 0 fine, 1 the answer is no (check failed), 2 could not do it.")]
pub struct Arguments {
    /// How results and problems are printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Number of threads (the results are the same with any)
    #[arg(long, global = true, value_name = "N", value_parser = at_least_one)]
    pub threads: Option<NonZeroUsize>,
    #[command(subcommand)]
    pub verb: Verb,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Human,
    Json,
}

#[derive(Subcommand, Debug)]
pub enum Verb {
    /// Write a small workspace to start from
    Init(Init),
    /// Say what is wrong in a workspace, every problem with its place
    Check(Check),
    /// Evaluate the data and write recommendations and reports
    Run(Run),
    /// Run again whenever a file is saved; the last good version stays in force
    Watch(Watch),
    /// Show recommendations on a live page while you edit
    Serve(Serve),
    /// Put back the author files of an earlier generation of `watch` or `serve`; without a number, list them
    Restore(Restore),
    /// Explain a recommendation (person:AG-7) or an error code (EH0203)
    Explain(Explain),
    /// Print the resolved workspace as YAML, each value with where it comes from
    Show(Show),
    /// Print every method, formula and source that a run of the workspace uses
    Methods(Methods),
    /// List the shipped policy packs, or print one
    Rules(Rules),
    /// Ask how many people the policy would reward and sanction by chance alone, and how surely it finds a real shortfall
    Luck(Luck),
    /// Compare the outcomes of protected groups (adverse impact)
    Impact(Impact),
    /// Print the JSON Schema of the workspace format, for editors
    Schema,
    /// Print a completion script for a shell
    Completions(Completions),
}

#[derive(Args, Debug)]
pub struct Workspace {
    /// Workspace folder (holding evenhand.yaml)
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
}

#[derive(Args, Debug)]
pub struct When {
    /// The day that decides what is complete, due and live: a date, or `today`
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Judge this period (2026-03) instead of the latest complete one
    #[arg(long, value_name = "PERIOD", conflicts_with = "all_periods")]
    pub period: Option<String>,
    /// Judge every complete period
    #[arg(long)]
    pub all_periods: bool,
    /// Count all records anew, without what earlier runs left in DIR/.evenhand/cache
    #[arg(long)]
    pub no_cache: bool,
}

#[derive(Args, Debug)]
pub struct Init {
    /// Folder to write into; nothing in it is overwritten
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// Look at this export (csv or xlsx) and write a workspace for it
    #[arg(long, value_name = "FILE")]
    pub from: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub struct Check {
    #[command(flatten)]
    pub workspace: Workspace,
    /// Warnings count as errors too
    #[arg(long)]
    pub strict: bool,
    /// Also read the data and say what is wrong there
    #[arg(long)]
    pub data: bool,
    /// Also run the luck audit, and hold it against the policy's tolerance (`luck: { sanction: 0.001 }`)
    #[arg(long)]
    pub luck: bool,
}

#[derive(Args, Debug)]
pub struct Run {
    #[command(flatten)]
    pub workspace: Workspace,
    #[command(flatten)]
    pub when: When,
    #[command(flatten)]
    pub output: Output,
    /// Also run the luck audit: the report gets a part on it, with luck.html beside
    #[arg(long)]
    pub luck: bool,
}

#[derive(Args, Debug)]
pub struct Output {
    /// Folder for the results [default: DIR/out]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Format of the scores table
    #[arg(long, value_enum, default_value_t = Scores::Csv)]
    pub scores: Scores,
    /// Which recommendations get their readings, gates and reasons in recommendations.jsonl
    #[arg(long, value_enum, default_value_t = Details::Acted)]
    pub details: Details,
    /// Leave out report.html, report.md and the letters
    #[arg(long)]
    pub no_report: bool,
    /// Stop, instead of waiting, when another run is writing the same folder
    #[arg(long)]
    pub no_wait: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Scores {
    Csv,
    Parquet,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Details {
    All,
    Acted,
    None,
}

#[derive(Args, Debug)]
pub struct Watch {
    #[command(flatten)]
    pub workspace: Workspace,
    #[command(flatten)]
    pub when: When,
    #[command(flatten)]
    pub output: Output,
    /// Compare the files every so many seconds instead of waiting for events (network folders)
    #[arg(long, value_name = "SECONDS")]
    pub poll: Option<f64>,
    /// Show the live page too
    #[arg(long)]
    pub serve: bool,
    #[command(flatten)]
    pub live: Live,
}

#[derive(Args, Debug)]
pub struct Serve {
    #[command(flatten)]
    pub workspace: Workspace,
    #[command(flatten)]
    pub when: When,
    /// Compare the files every so many seconds instead of waiting for events (network folders)
    #[arg(long, value_name = "SECONDS")]
    pub poll: Option<f64>,
    #[command(flatten)]
    pub live: Live,
}

/// Where the live page is, and who may read it.
#[derive(Args, Debug)]
pub struct Live {
    /// Port of the live page [default: 7311, or the next free one]
    #[arg(long, value_name = "N")]
    pub port: Option<u16>,
    /// Address to be reached at, instead of this computer only; needs --token
    #[arg(long, value_name = "ADDRESS")]
    pub bind: Option<String>,
    /// A further name that browsers may ask for the page by
    #[arg(long, value_name = "NAME")]
    pub host: Option<String>,
    /// Secret of the link, at least 16 characters, instead of a new one that works once (or in EVENHAND_TOKEN)
    #[arg(long, value_name = "SECRET")]
    pub token: Option<String>,
}

#[derive(Args, Debug)]
pub struct Restore {
    /// Number of the generation (none: list them), and the workspace folder
    #[arg(value_name = "N [DIR]", num_args = 0..=2)]
    pub what: Vec<String>,
}

#[derive(Args, Debug)]
pub struct Explain {
    /// LEVEL:ID of a subject (person:AG-7), or an error code (EH0203)
    #[arg(value_name = "SUBJECT|CODE")]
    pub what: String,
    #[command(flatten)]
    pub workspace: Workspace,
    #[command(flatten)]
    pub when: When,
}

#[derive(Args, Debug)]
pub struct Show {
    #[command(flatten)]
    pub workspace: Workspace,
}

#[derive(Args, Debug)]
pub struct Methods {
    #[command(flatten)]
    pub workspace: Workspace,
}

#[derive(Args, Debug)]
pub struct Rules {
    /// Name of a pack to print (service-desk)
    #[arg(value_name = "NAME")]
    pub name: Option<String>,
}

#[derive(Args, Debug)]
pub struct Luck {
    #[command(flatten)]
    pub workspace: Workspace,
    #[command(flatten)]
    pub chances: Chances,
    /// The day that decides what is complete: a date, or `today`
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
    /// Also write the audit as a page, with its charts
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

#[derive(Args, Debug, Default)]
pub struct Chances {
    /// Years to draw [default: the workspace's `luck: worlds:`, or 1000]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=10_000_000))]
    pub worlds: Option<u64>,
    /// Seed of the random numbers [default: the workspace's `luck: seed:`, or 1]
    #[arg(long, value_name = "S")]
    pub seed: Option<u64>,
    /// Draw the measures of one source independently of each other
    #[arg(long)]
    pub independent: bool,
    /// How far under the floor the planted shortfall lies: 0.15 is 15 points of a share
    #[arg(long, value_name = "E", value_parser = effect)]
    pub effect: Option<f64>,
}

/// Above 0 and up to 1; `15%` is 0.15.
fn effect(text: &str) -> Result<f64, String> {
    let number = match text.trim().strip_suffix('%') {
        Some(percent) => percent.trim().parse::<f64>().map(|p| p / 100.0),
        None => text.trim().parse::<f64>(),
    };
    match number {
        Ok(effect) if effect > 0.0 && effect <= 1.0 => Ok(effect),
        _ => Err("write a number above 0 and up to 1, such as 0.15".to_owned()),
    }
}

#[derive(Args, Debug)]
pub struct Impact {
    #[command(flatten)]
    pub workspace: Workspace,
    #[command(flatten)]
    pub when: When,
}

#[derive(Args, Debug)]
pub struct Completions {
    /// bash, zsh, fish, powershell or elvish
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

fn at_least_one(written: &str) -> Result<NonZeroUsize, String> {
    written.trim().parse().map_err(|_| "a whole number from 1 on is needed, such as --threads 4".to_owned())
}
