//! HTTP: a bounded number of connections and streams, headers within a time, nothing that writes.

use std::collections::VecDeque;
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt, wrappers::WatchStream};

use super::address::{self, Query};
use super::board::Change;
use super::codes;
use super::guard::{Access, Guard};
use crate::diagnostic::{Diagnostic, Said};
use crate::said;

/// Connections held at once; beyond them the oldest that never showed its cookie is dropped.
const CONNECTIONS: usize = 256;
/// Streams of events held at once.
const STREAMS: usize = 32;
/// A request's headers must be there within this time.
const HEADERS_WITHIN: Duration = Duration::from_secs(5);

const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; \
form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// What is shown at a path.
pub struct Page {
    pub status: u16,
    pub kind: &'static str,
    pub body: String,
}

/// The pages. Asked from a blocking thread, never from the loop that serves.
pub trait Site: Send + Sync + 'static {
    fn page(&self, path: &str, query: &Query) -> Page;
    /// A sentence of ours in the language of the pages.
    fn say(&self, said: &Said) -> String;
    /// The language of the pages: `en`.
    fn language(&self) -> String;
}

/// A listener and the guard for its port.
pub struct Bound {
    pub address: SocketAddr,
    pub guard: Guard,
    listener: TcpListener,
}

/// Ports that are tried, one after the other, where none is named.
const TRIED: u16 = 20;

/// Where the page is to be found.
#[derive(Clone, Debug)]
pub struct Place {
    pub ip: IpAddr,
    pub port: u16,
    /// The port was asked for: another will not do. 0 takes any free one.
    pub named: bool,
    /// A further name that the page may be asked by.
    pub host: Option<String>,
    /// Opens the link as often as it is used; needed for anything but loopback.
    pub token: Option<String>,
}

/// Binds to an address. Errors: not loopback and no token; no port to be had; no randomness.
pub fn bind(place: &Place) -> Result<Bound, Diagnostic> {
    if !place.ip.is_loopback() && place.token.as_deref().is_none_or(|t| t.len() < 16) {
        let message = said!(
            "to be reached at `{address}` the page needs a token of at least 16 characters",
            address = place.ip.to_string()
        );
        return Err(Diagnostic::error(&codes::NEEDS_TOKEN, message)
            .help(said!("add `--token` with a long word that is hard to guess, or leave `--bind` out")));
    }
    let last = if place.named { place.port } else { place.port.saturating_add(TRIED) };
    let listener = (place.port..=last).find_map(|port| TcpListener::bind((place.ip, port)).ok());
    let Some(listener) = listener else {
        let message =
            said!("port {port} at `{address}` can't be used", port = place.port, address = place.ip.to_string());
        return Err(Diagnostic::error(&codes::PORT_TAKEN, message).help(said!(
            "another program may have it: choose another with `--port`, or leave it out to take the next free one"
        )));
    };
    let failed = |why: String| Diagnostic::error(&codes::PORT_TAKEN, said!("the page can't be served: {why}", why));
    let address = listener.local_addr().map_err(|e| failed(e.to_string()))?;
    listener.set_nonblocking(true).map_err(|e| failed(e.to_string()))?;
    let guard = Guard::new(address, place.host.as_deref(), place.token.clone()).map_err(|e| failed(e.to_string()))?;
    Ok(Bound { address, guard, listener })
}

struct Shared {
    guard: Guard,
    site: Arc<dyn Site>,
    changes: watch::Receiver<Change>,
    streams: Arc<AtomicUsize>,
}

/// Serves until the process ends. `changes` counts up with every generation or rejection.
pub fn serve(bound: Bound, site: Arc<dyn Site>, changes: watch::Receiver<Change>) -> Result<(), Diagnostic> {
    let failed =
        |why: std::io::Error| Diagnostic::error(&codes::PORT_TAKEN, said!("the page can't be served: {why}", why));
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(8)
        .enable_all()
        .build()
        .map_err(failed)?;
    let shared = Arc::new(Shared { guard: bound.guard, site, changes, streams: Arc::default() });
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(bound.listener).map_err(failed)?;
        accept(listener, shared).await;
        Ok(())
    })
}

struct Held {
    task: tokio::task::AbortHandle,
    known: Arc<AtomicBool>,
}

async fn accept(listener: tokio::net::TcpListener, shared: Arc<Shared>) {
    let mut held: VecDeque<Held> = VecDeque::new();
    loop {
        let socket = match listener.accept().await {
            Ok((socket, _)) => socket,
            Err(_) => {
                // Out of file handles, most likely: let some go, then look again.
                held.retain(|h| !h.task.is_finished());
                drop_oldest(&mut held);
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        held.retain(|h| !h.task.is_finished());
        if held.len() >= CONNECTIONS {
            drop_oldest(&mut held);
        }
        let known = Arc::new(AtomicBool::new(false));
        let router = Router::new().fallback(answer).with_state((shared.clone(), known.clone()));
        let connection = hyper::server::conn::http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEADERS_WITHIN)
            .max_buf_size(64 * 1024)
            .serve_connection(TokioIo::new(socket), TowerToHyperService::new(router));
        let task = tokio::spawn(async move {
            // A peer that goes away is no error of ours.
            let _ = connection.await;
        });
        held.push_back(Held { task: task.abort_handle(), known });
    }
}

/// Drops the oldest connection that never showed the cookie, else the oldest.
fn drop_oldest(held: &mut VecDeque<Held>) {
    let at = held.iter().position(|h| !h.known.load(Ordering::Relaxed)).unwrap_or(0);
    if let Some(oldest) = held.remove(at) {
        oldest.task.abort();
    }
}

async fn answer(State((shared, known)): State<(Arc<Shared>, Arc<AtomicBool>)>, request: Request) -> Response {
    let path = request.uri().path().to_string();
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let mut response = match shared.guard.admit(request.method(), request.uri(), request.headers()) {
        Access::Refused(why) => plain(StatusCode::FORBIDDEN, &*shared.site, &why),
        _ if !reads => plain(StatusCode::METHOD_NOT_ALLOWED, &*shared.site, &said!("this page can only be read")),
        _ if request.headers().contains_key(header::CONTENT_LENGTH)
            || request.headers().contains_key(header::TRANSFER_ENCODING) =>
        {
            plain(StatusCode::PAYLOAD_TOO_LARGE, &*shared.site, &said!("this page takes no content"))
        }
        Access::Entered => entered(&shared),
        Access::Granted => {
            known.store(true, Ordering::Relaxed);
            if path == "/events" {
                events(&shared)
            } else {
                page(&shared, path, request.uri().query().unwrap_or("")).await
            }
        }
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn plain(status: StatusCode, site: &dyn Site, said: &Said) -> Response {
    // Closing spares us from reading whatever body was sent along.
    let headers = [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CONNECTION, "close")];
    (status, headers, site.say(said) + "\n").into_response()
}

/// The cookie, and a page that goes on by itself: a redirect would be counted to the site that held the link, and a
/// strict cookie would not be sent along.
fn entered(shared: &Shared) -> Response {
    let (language, open) = (shared.site.language(), shared.site.say(&said!("Open the page")));
    let body = format!(
        "<!doctype html><html lang=\"{language}\"><meta charset=\"utf-8\">\
<meta http-equiv=\"refresh\" content=\"0;url=/\"><title>evenhand</title><p><a href=\"/\">{open}</a></p></html>"
    );
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&shared.guard.cookie_header()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn page(shared: &Arc<Shared>, path: String, query: &str) -> Response {
    let site = shared.site.clone();
    let query = address::parse(query);
    match tokio::task::spawn_blocking(move || site.page(&path, &query)).await {
        Ok(page) => {
            let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, page.kind)], page.body).into_response()
        }
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, &*shared.site, &said!("this page could not be made")),
    }
}

/// Counts a stream while it lives.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// One event per change. A watch channel keeps only the newest, so a slow reader misses steps and holds up nobody.
fn events(shared: &Shared) -> Response {
    if shared.streams.fetch_add(1, Ordering::Relaxed) >= STREAMS {
        shared.streams.fetch_sub(1, Ordering::Relaxed);
        return plain(StatusCode::SERVICE_UNAVAILABLE, &*shared.site, &said!("too many pages are open"));
    }
    let counted = Counted(shared.streams.clone());
    let stream = WatchStream::new(shared.changes.clone()).map(move |change| {
        let _ = &counted;
        let busy = if change.busy { " busy" } else { "" };
        Ok::<Event, Infallible>(Event::default().event("change").data(format!("{}{busy}", change.version)))
    });
    sse(stream)
}

fn sse(stream: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}
