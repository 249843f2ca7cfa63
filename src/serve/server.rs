//! HTTP: a bounded number of connections and streams, headers within a time, nothing that writes.

use std::collections::{BTreeMap, VecDeque};
use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use tokio::sync::watch;
use tokio_stream::{Stream, StreamExt, wrappers::WatchStream};

use super::guard::{Access, Guard};

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
    fn page(&self, path: &str, query: &BTreeMap<String, String>) -> Page;
}

/// A listener and the guard for its port.
pub struct Bound {
    pub address: SocketAddr,
    pub guard: Guard,
    listener: TcpListener,
}

/// Binds to an address; port 0 takes a free one. Anything but loopback needs a token.
pub fn bind(ip: IpAddr, port: u16, host: Option<&str>, token: Option<String>) -> Result<Bound, String> {
    if !ip.is_loopback() && token.as_deref().is_none_or(|t| t.len() < 16) {
        return Err(format!("to be reached at {ip} the page needs a token of at least 16 characters: --token"));
    }
    let listener = TcpListener::bind((ip, port)).map_err(|e| format!("port {port} at {ip} can't be used: {e}"))?;
    let address = listener.local_addr().map_err(|e| e.to_string())?;
    listener.set_nonblocking(true).map_err(|e| e.to_string())?;
    let guard = Guard::new(address.port(), host, token).map_err(|e| e.to_string())?;
    Ok(Bound { address, guard, listener })
}

struct Shared {
    guard: Guard,
    site: Arc<dyn Site>,
    changes: watch::Receiver<u64>,
    streams: Arc<AtomicUsize>,
}

/// Serves until the process ends. `changes` counts up with every generation or rejection.
pub fn serve(bound: Bound, site: Arc<dyn Site>, changes: watch::Receiver<u64>) -> Result<(), String> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .max_blocking_threads(8)
        .enable_all()
        .build()
        .map_err(|e| e.to_string())?;
    let shared = Arc::new(Shared { guard: bound.guard, site, changes, streams: Arc::default() });
    runtime.block_on(async move {
        let listener = tokio::net::TcpListener::from_std(bound.listener).map_err(|e| e.to_string())?;
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
    let mut response = match shared.guard.admit(&path, request.headers()) {
        Access::Refused(why) => plain(StatusCode::FORBIDDEN, why),
        _ if request.method() != Method::GET && request.method() != Method::HEAD => {
            plain(StatusCode::METHOD_NOT_ALLOWED, "this page can only be read")
        }
        Access::Entered => entered(&shared.guard),
        Access::Granted => {
            known.store(true, Ordering::Relaxed);
            if path == "/events" { events(&shared) } else { page(&shared, path, request.uri().query().unwrap_or("")).await }
        }
    };
    let headers = response.headers_mut();
    for (name, value) in [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

fn plain(status: StatusCode, text: &str) -> Response {
    // Closing spares us from reading whatever body was sent along.
    (status, [(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CONNECTION, "close")], format!("{text}\n")).into_response()
}

/// The cookie, and a page that goes on by itself: a redirect would be counted to the site that held the link, and a
/// strict cookie would not be sent along.
fn entered(guard: &Guard) -> Response {
    let body = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta http-equiv=\"refresh\" content=\"0;url=/\">\
<title>evenhand</title><p><a href=\"/\">Open the page</a></p></html>";
    let mut response = ([(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    if let Ok(cookie) = HeaderValue::from_str(&guard.cookie_header()) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

async fn page(shared: &Arc<Shared>, path: String, query: &str) -> Response {
    let site = shared.site.clone();
    let query = parse(query);
    match tokio::task::spawn_blocking(move || site.page(&path, &query)).await {
        Ok(page) => {
            let status = StatusCode::from_u16(page.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
            (status, [(header::CONTENT_TYPE, page.kind)], page.body).into_response()
        }
        Err(_) => plain(StatusCode::INTERNAL_SERVER_ERROR, "this page could not be made"),
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
        return plain(StatusCode::SERVICE_UNAVAILABLE, "too many pages are open");
    }
    let counted = Counted(shared.streams.clone());
    let stream = WatchStream::new(shared.changes.clone()).map(move |version| {
        let _ = &counted;
        Ok::<Event, Infallible>(Event::default().event("change").data(version.to_string()))
    });
    sse(stream)
}

fn sse(stream: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    Sse::new(stream).keep_alive(KeepAlive::new().interval(Duration::from_secs(15))).into_response()
}

/// `q=a+b&page=2`, percent-decoded; the last of equal names wins.
fn parse(query: &str) -> BTreeMap<String, String> {
    query
        .split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(name), decode(value))
        })
        .collect()
}

/// Percent-decoding with `+` as a space; broken sequences stay as written.
pub(super) fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while let Some(&b) = bytes.get(i) {
        let hex = bytes.get(i + 1..i + 3).and_then(|h| std::str::from_utf8(h).ok()).and_then(|h| u8::from_str_radix(h, 16).ok());
        match (b, hex) {
            (b'%', Some(value)) => {
                out.push(value);
                i += 2;
            }
            (b'+', _) => out.push(b' '),
            _ => out.push(b),
        }
        i += 1;
    }
    String::from_utf8_lossy(&out).into_owned()
}
