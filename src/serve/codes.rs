//! What can go wrong when the live page is put up (EH095x).

use crate::diagnostic::Code;

pub static NEEDS_TOKEN: Code = Code {
    id: "EH0950",
    title: "the live page is open to other machines without a token",
    explanation: "\
The page shows figures about people. Without `--bind` only this computer can read it. With `--bind` other machines can
reach it, so whoever opens the link must know a secret: `--token`, at least 16 characters. The page itself is not
encrypted: put it behind a server that is, and name that server with `--host`.

wrong:  evenhand serve --bind 0.0.0.0
right:  evenhand serve --bind 0.0.0.0 --host service.example:443 --token copper-lantern-and-41-swans",
};

pub static PORT_TAKEN: Code = Code {
    id: "EH0951",
    title: "the live page can't be served at this address",
    explanation: "\
Another program has the port, or the address is not one of this machine. Without `--port` the page takes the next free
port from 7311 on; with it, that port or none.

wrong:  evenhand serve --port 80
right:  evenhand serve --port 7400",
};

pub static BAD_ADDRESS: Code = Code {
    id: "EH0952",
    title: "`--bind` is not an address",
    explanation: "\
`--bind` takes an IP address of this machine: 127.0.0.1 (only this computer), ::1, 0.0.0.0 (every network it is in), or
one of its own. A name goes into `--host`.

wrong:  evenhand serve --bind service.example
right:  evenhand serve --bind 10.0.0.12 --host service.example --token copper-lantern-and-41-swans",
};

pub static ALL: &[&Code] = &[&NEEDS_TOKEN, &PORT_TAKEN, &BAD_ADDRESS];
