//! The live page against everybody who is not its reader: refused or bounded, and the page stays up.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::harness::Case;

struct Server {
    child: Child,
    address: SocketAddr,
    link: String,
    cookie: String,
    case: Case,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    fn start(case: Case) -> Self {
        let mut command = case.command(&["serve", ".", "--port", "0"]);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let line = lines.next().unwrap().unwrap();
        // What follows is read away, so that the program never waits for us.
        std::thread::spawn(move || lines.for_each(drop));
        let rest = line.trim().strip_prefix("http://").unwrap();
        let (host, link) = rest.split_once('/').unwrap();
        let address = host.parse().unwrap();
        Self { child, address, link: format!("/{link}"), cookie: String::new(), case }
    }

    fn entered() -> Self {
        Self::entered_with(Case::of("samples/first-charter"))
    }

    fn entered_with(case: Case) -> Self {
        let mut server = Self::start(case);
        let link = server.link.clone();
        let answer = server.get(&link, &[]);
        assert_eq!(status(&answer), 200, "{answer}");
        let cookie = answer.lines().find_map(|l| l.strip_prefix("set-cookie: ")).unwrap();
        assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict"), "{cookie}");
        server.cookie = cookie.split(';').next().unwrap().to_owned();
        let end = Instant::now() + Duration::from_secs(60);
        while !server.home().contains("Generation 1") {
            assert!(Instant::now() < end, "no generation came into force");
            std::thread::sleep(Duration::from_millis(100));
        }
        server
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// The whole answer; empty where the connection was cut.
    fn raw(&self, request: &str) -> String {
        let mut stream = self.connect();
        let _ = stream.write_all(request.as_bytes());
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// A request with our own Host, unless the headers name another.
    fn get(&self, path: &str, headers: &[(&str, &str)]) -> String {
        self.ask("GET", path, headers)
    }

    fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> String {
        let mut text = format!("{method} {path} HTTP/1.1\r\nConnection: close\r\n");
        if !headers.iter().any(|(name, _)| *name == "Host") {
            text.push_str(&format!("Host: {}\r\n", self.address));
        }
        headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}: {value}\r\n")));
        self.raw(&format!("{text}\r\n"))
    }

    fn with_cookie(&self, path: &str, more: &[(&str, &str)]) -> String {
        let headers: Vec<(&str, &str)> =
            [("Cookie", self.cookie.as_str())].into_iter().chain(more.iter().copied()).collect();
        self.get(path, &headers)
    }

    /// A page, once it says what is awaited.
    fn until(&self, path: &str, said: &str) -> String {
        let end = Instant::now() + Duration::from_secs(60);
        loop {
            let answer = self.with_cookie(path, &[]);
            if answer.contains(said) {
                return answer;
            }
            assert!(Instant::now() < end, "`{said}` did not come on {path}: {answer}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn home(&self) -> String {
        self.with_cookie("/", &[])
    }
}

fn status(answer: &str) -> u16 {
    answer.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or(0)
}

#[test]
fn strangers_are_refused() {
    let server = Server::entered();
    assert_eq!(status(&server.home()), 200);
    let evil: &[&[(&str, &str)]] = &[
        &[("Host", "evil.example")],
        &[("Host", "127.0.0.1")],
        &[("Host", "127.0.0.1.evil.example:7311")],
        &[("Origin", "http://evil.example")],
        &[("Origin", "null")],
        &[("Sec-Fetch-Site", "cross-site")],
        &[("Sec-Fetch-Site", "same-site")],
    ];
    for headers in evil {
        for path in ["/", "/events", "/live.js", "/what-if"] {
            let answer = server.with_cookie(path, headers);
            assert_eq!(status(&answer), 403, "{headers:?} {path}: {answer}");
            assert!(!answer.contains("P-01"));
        }
    }
    for path in ["/", "/events", "/live.css", "/subject?level=person&id=P-01"] {
        assert_eq!(status(&server.get(path, &[])), 403, "no cookie: {path}");
        assert_eq!(status(&server.get(path, &[("Cookie", "evenhand=1")])), 403, "another cookie: {path}");
    }
    assert_eq!(status(&server.get(&server.link, &[])), 403, "the link worked once");
    assert_eq!(status(&server.raw("GET / HTTP/1.0\r\n\r\n")), 403, "no host");
    assert_eq!(status(&server.home()), 200);
}

#[test]
fn nothing_of_the_disk_is_served_and_nothing_can_be_written() {
    let server = Server::entered();
    for path in [
        "/../evenhand.yaml",
        "/..%2f..%2fetc/passwd",
        "/%2e%2e/evenhand.yaml",
        "/evenhand.yaml",
        "//etc/passwd",
        "/data/requests.csv",
    ] {
        let answer = server.with_cookie(path, &[]);
        assert_eq!(status(&answer), 404, "{path}: {answer}");
        assert!(!answer.contains("root:") && !answer.contains("hours_to_answer"), "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        let answer = server.ask(method, "/what-if", &[("Cookie", &server.cookie)]);
        assert_eq!(status(&answer), 405, "{method}: {answer}");
    }
    let home = server.home();
    let headers = home.split("\r\n\r\n").next().unwrap();
    assert!(headers.contains("content-security-policy: default-src 'none'"), "{headers}");
    assert!(!headers.contains("unsafe") && headers.contains("nosniff") && headers.contains("no-store"), "{headers}");
}

#[test]
fn large_and_slow_requests_are_bounded() {
    let server = Server::entered();
    // 100 MB, sent as long as anybody takes them.
    let mut stream = server.connect();
    let head = format!(
        "POST / HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\nContent-Length: 104857600\r\n\r\n",
        server.address, server.cookie
    );
    stream.write_all(head.as_bytes()).unwrap();
    let block = vec![b'x'; 1 << 20];
    let sent = (0..100).take_while(|_| stream.write_all(&block).is_ok()).count();
    assert!(sent < 100, "all of it was taken");
    // A header without end, and one that never comes.
    let answer = server.raw(&format!("GET / HTTP/1.1\r\nHost: {}\r\nX: {}", server.address, "y".repeat(1 << 20)));
    assert_ne!(status(&answer), 200, "{}", answer.len());
    let mut slow = server.connect();
    slow.write_all(b"GET / HTTP/1.1\r\n").unwrap();
    let began = Instant::now();
    let mut rest = Vec::new();
    let _ = slow.read_to_end(&mut rest);
    assert!(began.elapsed() < Duration::from_secs(15), "a request that never ends is cut");
    assert_eq!(status(&server.home()), 200);
}

#[test]
fn a_thousand_idle_connections_and_streams_leave_the_page_up() {
    let server = Server::entered();
    let idle: Vec<TcpStream> = (0..1000).map_while(|_| TcpStream::connect(server.address).ok()).collect();
    assert!(idle.len() > 900, "{}", idle.len());
    let began = Instant::now();
    assert_eq!(status(&server.home()), 200);
    assert!(began.elapsed() < Duration::from_secs(5), "{:?}", began.elapsed());
    drop(idle);
    let open = |n: usize| -> Vec<(TcpStream, u16)> {
        let request = format!("GET /events HTTP/1.1\r\nHost: {}\r\nCookie: {}\r\n\r\n", server.address, server.cookie);
        (0..n)
            .map(|_| {
                let mut stream = server.connect();
                let _ = stream.write_all(request.as_bytes());
                let mut start = [0; 12];
                let read = stream.read_exact(&mut start);
                let code = read.ok().and_then(|()| std::str::from_utf8(&start[9..]).ok()?.parse().ok()).unwrap_or(0);
                (stream, code)
            })
            .collect()
    };
    let streams = open(200);
    let streaming = streams.iter().filter(|(_, code)| *code == 200).count();
    assert!((1..=64).contains(&streaming), "{streaming} streams are open");
    assert!(streams.iter().skip(64).all(|(_, code)| *code == 503));
    assert_eq!(status(&server.home()), 200);
    drop(streams);
    // Readers that went away make room again.
    let end = Instant::now() + Duration::from_secs(40);
    while open(1).first().is_none_or(|(_, code)| *code != 200) {
        assert!(Instant::now() < end, "no stream became free");
        std::thread::sleep(Duration::from_millis(500));
    }
}

#[test]
fn luck_is_drawn_in_the_background_for_each_policy_that_comes_into_force() {
    let case = Case::of("samples/red-beads");
    case.edit("evenhand.yaml", "[naive] }", "[naive], worlds: 20 }");
    let server = Server::entered_with(case);
    assert!(server.home().contains("id=\"luck\""));
    let drawn = server.until("/luck", "Drawn 20 times");
    assert!(drawn.contains("<svg") && drawn.contains("seed"), "{drawn}");
    assert!(server.home().contains("All figures and charts"));
    // Broken: what was drawn stays, as the policy does.
    server.case.edit("evenhand.yaml", "evenhand: 1", "evenhand: 1\nnobody_knows: 1");
    let refused = server.until("/", "was refused");
    assert!(refused.contains("What is wrong: evenhand.yaml:4:1"), "{refused}");
    let footer = refused.split("<footer>").nth(1).unwrap();
    assert!(footer.contains("Generation 1") && footer.contains("evenhand.yaml:4:1"), "{footer}");
    assert!(server.with_cookie("/luck", &[]).contains("Drawn 20 times"));
    // Mended with other worlds: drawn anew.
    server.case.edit("evenhand.yaml", "\nnobody_knows: 1", "");
    server.case.edit("evenhand.yaml", "worlds: 20 }", "worlds: 30 }");
    assert!(!server.until("/luck", "Drawn 30 times").contains("was refused"));
}

#[test]
fn the_page_lists_the_versions_that_can_be_put_back_with_the_command() {
    let server = Server::entered();
    server.case.edit("evenhand.yaml", "floor: 50%, target: 70%", "floor: 5%, target: 10%");
    server.until("/generations", "Generation 2");
    let page = server.until("/generations", "evenhand restore 1");
    assert!(!page.contains("evenhand restore 2"), "the one in force needs no command");
    assert!(page.contains("<code>evenhand.yaml</code>") && page.contains("these files are in force"), "{page}");
    server.case.run(&["restore", "1"]).ok();
    let page = server.until("/generations", "Generation 3");
    assert!(page.contains("evenhand restore 2"), "{page}");
}

#[test]
fn other_machines_need_a_token() {
    let case = Case::of("samples/first-charter");
    for arguments in [&["--bind", "0.0.0.0"][..], &["--bind", "0.0.0.0", "--token", "short"], &["--bind", "everywhere"]]
    {
        let ran = case.run(&[&["serve", "."][..], arguments].concat());
        assert_eq!(ran.code, 2, "{arguments:?}: {}{}", ran.out, ran.err);
        ran.says(&["--bind"]);
    }
}
