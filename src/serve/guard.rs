//! Who may read the page: the browser that opened the one-time link, at exactly our address.
//!
//! Against DNS rebinding: the Host must be one of our own names with our port, letter for letter. Against other sites:
//! Origin, where sent, must be ours, and Sec-Fetch-Site must not say cross-site. Against other people on the machine: a
//! secret in an HttpOnly, SameSite=Strict cookie whose name holds the port (cookies are shared between ports).

use std::net::SocketAddr;
use std::sync::Mutex;

use axum::http::{HeaderMap, HeaderName, Method, Uri, header};

use crate::diagnostic::Said;
use crate::said;

pub struct Guard {
    /// Names with their port, as a browser writes them.
    hosts: Vec<String>,
    /// Origins of the page; a further name may stand behind TLS.
    origins: Vec<String>,
    cookie: String,
    secret: String,
    /// The link's token; a one-time token is taken out when it is used.
    token: Mutex<Option<String>>,
    reusable: bool,
}

/// What a request may do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Access {
    Granted,
    /// The link was opened: set the cookie.
    Entered,
    /// Not our name, another site's request, or no cookie.
    Refused(Said),
}

impl Guard {
    /// `host`: a further name that the page may be asked by, with its port where that is another than ours. `token`:
    /// given by the user, else made once.
    pub fn new(address: SocketAddr, host: Option<&str>, token: Option<String>) -> Result<Self, getrandom::Error> {
        let port = address.port();
        let mut hosts: Vec<String> =
            ["127.0.0.1", "localhost", "[::1]"].iter().map(|h| format!("{h}:{port}")).collect();
        if !address.ip().is_unspecified() && !address.ip().is_loopback() {
            hosts.push(address.to_string());
        }
        let mut origins: Vec<String> = hosts.iter().map(|h| format!("http://{h}")).collect();
        if let Some(host) = host {
            let host = host.to_ascii_lowercase();
            // `[::1]` ends in a bracket; what follows a colon after it, or the only colon, is a port.
            let has_port =
                host.rsplit_once(':').is_some_and(|(_, p)| !p.is_empty() && p.bytes().all(|b| b.is_ascii_digit()));
            let host = if has_port { host } else { format!("{host}:{port}") };
            // A browser leaves the usual ports out.
            let bare = host.strip_suffix(":443").or(host.strip_suffix(":80")).map(str::to_owned);
            for name in bare.into_iter().chain([host]) {
                origins.extend([format!("http://{name}"), format!("https://{name}")]);
                hosts.push(name);
            }
        }
        let reusable = token.is_some();
        let token = match token {
            Some(token) => token,
            None => random()?,
        };
        let cookie = format!("evenhand_{port}");
        Ok(Self { hosts, origins, cookie, secret: random()?, token: Mutex::new(Some(token)), reusable })
    }

    /// The path of the link that lets one browser in.
    pub fn link(&self) -> String {
        let token = self.token.lock().map(|t| t.clone().unwrap_or_default()).unwrap_or_default();
        format!("/enter/{token}")
    }

    pub fn cookie_header(&self) -> String {
        format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie, self.secret)
    }

    pub fn admit(&self, method: &Method, uri: &Uri, headers: &HeaderMap) -> Access {
        let text =
            |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_ascii_lowercase();
        let ours = |host: &str| self.hosts.iter().any(|h| h == host);
        // A request line may name a host too (`GET http://…`): it must be as good as the header.
        let named = uri.authority().is_none_or(|a| ours(&a.as_str().to_ascii_lowercase()));
        if !named || headers.get_all(header::HOST).iter().count() != 1 || !ours(&text(header::HOST)) {
            return Access::Refused(said!("this page answers only at its own address"));
        }
        let origin = headers.contains_key(header::ORIGIN).then(|| text(header::ORIGIN));
        if origin.is_some_and(|origin| !self.origins.contains(&origin)) {
            return Access::Refused(said!("another site may not read this page"));
        }
        let path = uri.path();
        if path.starts_with("/enter/") && method != Method::GET {
            // Whoever only looks at a link (a preview, a scanner) must not use it up.
            return Access::Refused(said!("open this link in a browser"));
        }
        if let Some(token) = path.strip_prefix("/enter/") {
            return self.enter(token);
        }
        let site = text(HeaderName::from_static("sec-fetch-site"));
        if !matches!(site.as_str(), "" | "none" | "same-origin") {
            return Access::Refused(said!("another site may not open this page"));
        }
        let wanted = format!("{}={}", self.cookie, self.secret);
        let cookies = headers.get_all(header::COOKIE);
        let known = cookies
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(';'))
            .any(|c| same(c.trim().as_bytes(), wanted.as_bytes()));
        if known { Access::Granted } else { Access::Refused(said!("open the link that `evenhand serve` printed")) }
    }

    fn enter(&self, given: &str) -> Access {
        let Ok(mut token) = self.token.lock() else { return Access::Refused(said!("the link can't be used")) };
        match token.as_deref() {
            Some(expected) if same(given.as_bytes(), expected.as_bytes()) => {
                if !self.reusable {
                    *token = None;
                }
                Access::Entered
            }
            _ => Access::Refused(said!(
                "this link was used already, or is not ours: start `evenhand serve` again for a new one"
            )),
        }
    }
}

/// Compares without stopping at the first difference, so that time tells nothing.
fn same(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |d, (x, y)| d | (x ^ y)) == 0
}

fn random() -> Result<String, getrandom::Error> {
    let mut bytes = [0_u8; 24];
    getrandom::fill(&mut bytes)?;
    Ok(bytes.iter().map(|b| format!("{b:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guard(host: Option<&str>) -> Guard {
        Guard::new("127.0.0.1:7311".parse().unwrap(), host, None).unwrap()
    }

    fn admit(guard: &Guard, uri: &str, headers: &HeaderMap) -> Access {
        guard.admit(&Method::GET, &uri.parse().unwrap(), headers)
    }

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), v.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_browser_at_our_own_address() {
        let guard = guard(None);
        let cookie = guard.cookie_header().split(';').next().unwrap().to_string();
        let ok = [("host", "127.0.0.1:7311"), ("cookie", cookie.as_str())];
        assert_eq!(admit(&guard, "/", &headers(&ok)), Access::Granted);
        for host in ["evil.example:7311", "127.0.0.1:7311.evil.example", "127.0.0.1", "127.0.0.1:80", ""] {
            let refused = admit(&guard, "/", &headers(&[("host", host), ("cookie", &cookie)]));
            assert!(matches!(refused, Access::Refused(_)), "{host}");
        }
        for (name, value) in [
            ("origin", "http://evil.example"),
            ("origin", "null"),
            ("origin", ""),
            ("origin", "https://127.0.0.1:7311"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
        ] {
            let refused = admit(&guard, "/", &headers(&[ok[0], ok[1], (name, value)]));
            assert!(matches!(refused, Access::Refused(_)), "{name}: {value}");
        }
        assert!(matches!(admit(&guard, "/", &headers(&ok[..1])), Access::Refused(_)), "no cookie");
        assert_eq!(admit(&guard, "/", &headers(&[ok[0], ("cookie", &format!("other=1; {cookie}"))])), Access::Granted);
    }

    #[test]
    fn a_host_in_the_request_line_must_be_ours_too() {
        let guard = guard(None);
        let cookie = guard.cookie_header().split(';').next().unwrap().to_string();
        let ok = headers(&[("host", "127.0.0.1:7311"), ("cookie", cookie.as_str())]);
        assert_eq!(admit(&guard, "http://127.0.0.1:7311/", &ok), Access::Granted);
        assert!(matches!(admit(&guard, "http://evil.example/", &ok), Access::Refused(_)));
        let mut twice = ok.clone();
        twice.append(header::HOST, "127.0.0.1:7311".parse().unwrap());
        assert!(matches!(admit(&guard, "/", &twice), Access::Refused(_)), "two hosts");
    }

    #[test]
    fn a_further_name_is_taken_with_its_own_port_and_may_stand_behind_tls() {
        let cookie = |guard: &Guard| guard.cookie_header().split(';').next().unwrap().to_string();
        let plain = guard(Some("Service.Example"));
        let ask = |guard: &Guard, host: &str, origin: &str| {
            admit(guard, "/", &headers(&[("host", host), ("origin", origin), ("cookie", &cookie(guard))]))
        };
        assert_eq!(ask(&plain, "service.example:7311", "http://service.example:7311"), Access::Granted);
        assert!(matches!(ask(&plain, "service.example", "http://service.example"), Access::Refused(_)));
        let behind = guard(Some("service.example:443"));
        assert_eq!(ask(&behind, "service.example", "https://service.example"), Access::Granted);
        assert!(matches!(ask(&behind, "service.example:7311", "http://service.example:7311"), Access::Refused(_)));
    }

    #[test]
    fn a_preview_does_not_use_the_link_up() {
        let guard = guard(None);
        let (link, host) = (guard.link(), headers(&[("host", "localhost:7311")]));
        let head = guard.admit(&Method::HEAD, &link.parse().unwrap(), &host);
        assert!(matches!(head, Access::Refused(_)));
        assert_eq!(admit(&guard, &link, &host), Access::Entered);
    }

    #[test]
    fn the_link_works_once() {
        let guard = guard(None);
        let link = guard.link();
        let host = headers(&[("host", "localhost:7311")]);
        assert!(matches!(admit(&guard, "/enter/", &host), Access::Refused(_)));
        assert_eq!(admit(&guard, &link, &host), Access::Entered);
        assert!(matches!(admit(&guard, &link, &host), Access::Refused(_)));
    }
}
