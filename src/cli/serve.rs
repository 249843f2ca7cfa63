//! `evenhand serve`: the live page of a workspace. Every save shows at once; the last good version stays in force.

use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender};
use std::time::Duration;

use super::Answer;
use super::arguments::{Live, Serve};
use super::console::Console;
use super::{run, watch};
use crate::diagnostic::Diagnostic;
use crate::said;
use crate::serve::{self, Board, Bound, Pages, Place, codes};
use crate::watch::Hint;

/// The two ends of what wakes and stops the watch loop.
type Hints = (Sender<Hint>, Receiver<Hint>);

/// Where the page stands unless the command line says otherwise.
const PORT: u16 = 7311;

pub fn run(arguments: &Serve, console: &Console) -> Answer {
    let Some(root) = watch::root(&arguments.workspace, console) else { return Answer::CouldNot };
    let bound = match bind(&arguments.live) {
        Ok(bound) => bound,
        Err(problem) => return refuse(problem, console),
    };
    let author = watch::Author {
        folder: arguments.workspace.folder.clone(),
        // Results that `run` wrote are no part of what is watched.
        watching: watch::watching(root.clone(), root.join("out"), arguments.poll),
        evaluate: &|plan| run::evaluate(plan, &arguments.when, console),
        results: None,
        console,
    };
    with_page(bound, &arguments.live, &arguments.workspace.folder, console, |board, hints| author.work(board, hints))
}

/// Binds to the address that was asked for.
pub fn bind(live: &Live) -> Result<Bound, Diagnostic> {
    let text = live.bind.as_deref().unwrap_or("127.0.0.1");
    let ip: IpAddr = text.parse().map_err(|_| {
        Diagnostic::error(&codes::BAD_ADDRESS, said!("`--bind {written}` is not an address", written = text))
            .help(said!("write an IP address, such as 127.0.0.1; a name goes into `--host`"))
    })?;
    // On a command line others of the same machine can read it; in the environment they can't.
    let token = live.token.clone().or_else(|| std::env::var("EVENHAND_TOKEN").ok());
    let host = live.host.clone();
    serve::bind(&Place { ip, port: live.port.unwrap_or(PORT), named: live.port.is_some(), host, token })
}

/// Serves the page while `work` keeps the board. The link is a result, on stdout: whoever opens it reads the page.
pub fn with_page(
    bound: Bound,
    live: &Live,
    folder: &Path,
    console: &Console,
    work: impl FnOnce(Arc<Board>, Hints) + Send,
) -> Answer {
    let board = Arc::new(Board::new(console.tongue()));
    serve::follow_luck(board.clone());
    let at = match (&live.host, bound.address.ip().is_unspecified()) {
        (Some(host), _) if host.ends_with(":443") => format!("https://{}", host.trim_end_matches(":443")),
        (Some(host), _) if host.contains(':') => format!("http://{host}"),
        (Some(host), _) => format!("http://{host}:{}", bound.address.port()),
        (None, true) => format!("http://127.0.0.1:{}", bound.address.port()),
        (None, false) => format!("http://{}", bound.address),
    };
    console.result(&format!("{at}{}", bound.guard.link()));
    if bound.address.ip().is_loopback() {
        console.say(&said!("open this link: it lets one browser in, once; Ctrl-C ends"));
    } else {
        console.say(&said!("the page is not encrypted on its way: put it behind a server that is"));
    }
    let pages = Arc::new(Pages::new(board.clone(), env!("CARGO_PKG_VERSION"), folder.to_owned()));
    let changes = board.changes();
    let hints = crate::watch::hints();
    let stop = hints.0.clone();
    let served = std::thread::scope(|scope| {
        scope.spawn(move || work(board, hints));
        let served = serve::serve(bound, pages, changes);
        // Without a page nobody would see that the work goes on.
        let _ = stop.send(Hint::Stop);
        served
    });
    match served {
        Ok(()) => Answer::Fine,
        Err(problem) => refuse(problem, console),
    }
}

pub fn refuse(problem: Diagnostic, console: &Console) -> Answer {
    console.problem(problem);
    Answer::CouldNot
}

/// Seconds on the command line as a time that a loop can live with.
pub fn pause(seconds: f64) -> Duration {
    Duration::from_secs_f64(if seconds.is_finite() { seconds.clamp(0.1, 86_400.0) } else { 1.0 })
}
