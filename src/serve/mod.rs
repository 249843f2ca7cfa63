//! Takes: generations from `watch`. Gives: the live page on 127.0.0.1, with server-sent events when a generation comes or a save is refused.
//! May call: the pipeline and everything in it; `report` renders the pages. The only user of axum and hyper; an edge.
//! Never: lets a request's path reach the file system, changes anything (there is no request that writes), or waits for a slow reader.

mod guard;
mod server;

pub use guard::{Access, Guard};
pub use server::{Bound, Page, Site, bind, serve};
