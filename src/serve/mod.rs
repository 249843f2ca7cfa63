//! Takes: generations from `watch`. Gives: the live page on 127.0.0.1, with server-sent events when a generation comes or a save is refused.
//! May call: the pipeline and everything in it; `report` renders the pages. The only user of axum and hyper; an edge.
//! Never: lets a request's path or query reach the file system, changes anything (there is no request that writes), or waits for a slow reader.

// one session: what is in force, what moved, and what luck alone would do
mod board;
mod chances;
mod moves;
mod session;

// the pages
mod address;
mod edit;
mod frame;
mod history;
mod kept;
mod level;
mod luck;
mod overview;
mod problems;
mod site;
mod subject;
mod what_if;

// who may read them, and how they are sent
pub mod codes;
mod guard;
mod server;

#[cfg(test)]
mod tests;

pub use address::Query;
pub use board::{Board, Chances, Change, Entry, Generation, Rejection, Shown};
pub use chances::follow as follow_luck;
pub use guard::{Access, Guard};
pub use moves::{Judgement, Move, Moved, moved};
pub use server::{Bound, Page, Place, Site, bind, serve};
pub use session::{Evaluate, News, Session};
pub use site::Pages;
