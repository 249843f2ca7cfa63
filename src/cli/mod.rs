//! Takes: argv. Gives: results on stdout, everything else on stderr, and an exit code: 0 fine, 1 the answer is no, 2 could not do it.
//! May call: everything; nobody imports it. The only user of clap, stdout, stderr, the environment and the clock.
//! Never: computes. A sanction is not a failure, and a broken pipe is not an error.

mod arguments;
mod check;
mod codes;
mod completions;
mod console;
mod explain;
mod impact;
mod init;
mod luck;
mod methods;
mod restore;
mod rules;
mod run;
mod schema;
mod serve;
mod show;
mod watch;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Verb};
use console::Console;

/// What a verb answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Answer {
    Fine,
    No,
    CouldNot,
}

/// Runs one command line.
pub fn main(argv: impl IntoIterator<Item = OsString>) -> ExitCode {
    let arguments = match Arguments::try_parse_from(argv) {
        Ok(arguments) => arguments,
        Err(error) => {
            // clap knows which of its messages are answers (`--help`) and which are errors.
            let _ = error.print();
            return ExitCode::from(if error.use_stderr() { 2 } else { 0 });
        }
    };
    if let Some(threads) = arguments.threads {
        // More threads than this only wait for each other. Fails only when a pool exists already; then that pool is used.
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let threads = threads.get().min((cores * 4).max(32));
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let console = Console::new(arguments.format);
    let answer = match arguments.verb {
        Verb::Init(a) => init::run(&a, &console),
        Verb::Check(a) => check::run(&a, &console),
        Verb::Run(a) => run::run(&a, &console),
        Verb::Watch(a) => watch::run(&a, &console),
        Verb::Serve(a) => serve::run(&a, &console),
        Verb::Restore(a) => restore::run(&a, &console),
        Verb::Explain(a) => explain::run(&a, &console),
        Verb::Show(a) => show::run(&a, &console),
        Verb::Methods(a) => methods::run(&a, &console),
        Verb::Rules(a) => rules::run(&a, &console),
        Verb::Luck(a) => luck::run(&a, &console),
        Verb::Impact(a) => impact::run(&a, &console),
        Verb::Schema => schema::run(&console),
        Verb::Completions(a) => completions::run(&a, &console),
    };
    ExitCode::from(match answer {
        Answer::Fine => 0,
        Answer::No => 1,
        Answer::CouldNot => 2,
    })
}
