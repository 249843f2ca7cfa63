//! Who may read the page: the browser that opened the one-time link, at exactly our address.
//!
//! Against DNS rebinding: the Host must be one of our own names with our port, letter for letter. Against other sites:
//! Origin, where sent, must be ours, and Sec-Fetch-Site must not say cross-site. Against other people on the machine: a
//! secret in an HttpOnly, SameSite=Strict cookie whose name holds the port (cookies are shared between ports).

use std::sync::Mutex;

use axum::http::{HeaderMap, HeaderName, header};

pub struct Guard {
    hosts: Vec<String>,
    cookie: String,
    secret: String,
    /// The link's token; a one-time token is taken out when it is used.
    token: Mutex<Option<String>>,
    reusable: bool,
}

/// What a request may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    Granted,
    /// The link was opened: set the cookie.
    Entered,
    /// Not our name, another site's request, or no cookie.
    Refused(&'static str),
}

impl Guard {
    /// `host`: a further name that the page may be asked by (a server name). `token`: given by the user, else made once.
    pub fn new(port: u16, host: Option<&str>, token: Option<String>) -> Result<Self, getrandom::Error> {
        let mut hosts: Vec<String> = ["127.0.0.1", "localhost", "[::1]"].iter().map(|h| format!("{h}:{port}")).collect();
        if let Some(host) = host {
            hosts.push(format!("{}:{port}", host.to_ascii_lowercase()));
        }
        let reusable = token.is_some();
        let token = match token {
            Some(token) => token,
            None => random()?,
        };
        Ok(Self { hosts, cookie: format!("evenhand_{port}"), secret: random()?, token: Mutex::new(Some(token)), reusable })
    }

    /// The path of the link that lets one browser in.
    pub fn link(&self) -> String {
        let token = self.token.lock().map(|t| t.clone().unwrap_or_default()).unwrap_or_default();
        format!("/enter/{token}")
    }

    pub fn cookie_header(&self) -> String {
        format!("{}={}; HttpOnly; SameSite=Strict; Path=/", self.cookie, self.secret)
    }

    pub fn admit(&self, path: &str, headers: &HeaderMap) -> Access {
        let text = |name: HeaderName| headers.get(name).and_then(|v| v.to_str().ok()).unwrap_or("").to_ascii_lowercase();
        if headers.get_all(header::HOST).iter().count() != 1 || !self.hosts.contains(&text(header::HOST)) {
            return Access::Refused("this page answers only at its own address");
        }
        let origin = text(header::ORIGIN);
        if !origin.is_empty() && !self.hosts.iter().any(|h| origin == format!("http://{h}")) {
            return Access::Refused("another site may not read this page");
        }
        if let Some(token) = path.strip_prefix("/enter/") {
            return self.enter(token);
        }
        let site = text(HeaderName::from_static("sec-fetch-site"));
        if !matches!(site.as_str(), "" | "none" | "same-origin") {
            return Access::Refused("another site may not open this page");
        }
        let wanted = format!("{}={}", self.cookie, self.secret);
        let cookies = headers.get_all(header::COOKIE);
        let known = cookies
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(';'))
            .any(|c| same(c.trim().as_bytes(), wanted.as_bytes()));
        if known { Access::Granted } else { Access::Refused("open the link that `evenhand serve` printed") }
    }

    fn enter(&self, given: &str) -> Access {
        let Ok(mut token) = self.token.lock() else { return Access::Refused("the link can't be used") };
        match token.as_deref() {
            Some(expected) if same(given.as_bytes(), expected.as_bytes()) => {
                if !self.reusable {
                    *token = None;
                }
                Access::Entered
            }
            _ => Access::Refused("this link was used already, or is not ours: start `evenhand serve` again for a new one"),
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

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(k, v)| (HeaderName::from_static(k), v.parse().unwrap())).collect()
    }

    #[test]
    fn only_our_own_browser_at_our_own_address() {
        let guard = Guard::new(7311, None, None).unwrap();
        let cookie = guard.cookie_header().split(';').next().unwrap().to_string();
        let ok = [("host", "127.0.0.1:7311"), ("cookie", cookie.as_str())];
        assert_eq!(guard.admit("/", &headers(&ok)), Access::Granted);
        for host in ["evil.example:7311", "127.0.0.1:7311.evil.example", "127.0.0.1", "127.0.0.1:80", ""] {
            let refused = guard.admit("/", &headers(&[("host", host), ("cookie", &cookie)]));
            assert!(matches!(refused, Access::Refused(_)), "{host}");
        }
        for (name, value) in [("origin", "http://evil.example"), ("origin", "null"), ("sec-fetch-site", "cross-site")] {
            let refused = guard.admit("/", &headers(&[ok[0], ok[1], (name, value)]));
            assert!(matches!(refused, Access::Refused(_)), "{name}: {value}");
        }
        assert!(matches!(guard.admit("/", &headers(&ok[..1])), Access::Refused(_)), "no cookie");
        assert_eq!(guard.admit("/", &headers(&[ok[0], ("cookie", &format!("other=1; {cookie}"))])), Access::Granted);
    }

    #[test]
    fn the_link_works_once() {
        let guard = Guard::new(7311, None, None).unwrap();
        let link = guard.link();
        let host = headers(&[("host", "localhost:7311")]);
        assert!(matches!(guard.admit("/enter/", &host), Access::Refused(_)));
        assert_eq!(guard.admit(&link, &host), Access::Entered);
        assert!(matches!(guard.admit(&link, &host), Access::Refused(_)));
    }
}
