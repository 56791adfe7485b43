//! Tunnels and remote control over HTTP: what the server agrees to, and the names that makers use
//! for their services.

use super::{ends, spoken, tls};
use sekisho::wire::speech::stream;
use sekisho::wire::words::Spoken;
use sekisho::wire::words::Spoken::{Http, HttpProxy, RemoteControl, SoftEther, SslVpn, Sstp, Tls};

fn asked(line: &str, headers: &str, answer: &str) -> Vec<Spoken> {
    let request = format!("{line} HTTP/1.1\r\nHost: www.example.jp\r\n{headers}\r\n");
    spoken(&stream(&ends(50_000, 80), request.as_bytes(), answer.as_bytes()))
}

const REFUSALS: &[&str] = &[
    "HTTP/1.1 404 Not Found\r\nServer: nginx\r\nContent-Length: 0\r\n\r\n",
    "HTTP/1.1 405 Method Not Allowed\r\nServer: nginx\r\n\r\n",
    "HTTP/1.1 400 Bad Request\r\n\r\n",
    "HTTP/1.1 403 Forbidden\r\n\r\n",
    "HTTP/1.1 503 Service Unavailable\r\n\r\n",
    "HTTP/1.1 302 Found\r\nLocation: https://www.example.jp/\r\n\r\n",
    "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\"\r\n\r\n",
];

const FINE: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const SSTP: &str = "SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/";

/// Paths of products that scanners ask every server for.
const PATHS: &[&str] = &[
    "GET /dana-na/auth/url_default/welcome.cgi",
    "GET /remote/fgt_lang?lang=/../../dev/cmdb/sslvpn_websession",
    "GET /remote/sslvpn-tunnel",
    "GET /remote/login",
    "GET /+CSCOE+/logon.html",
    "GET /global-protect/login.esp",
    "GET /ssl-tunnel-connect.sslvpn",
    "GET /vdesk/vpn/index.php3",
    "GET /remoteDesktopGateway/",
    "GET /vpnsvc/connect.cgi",
];

#[test]
fn what_a_server_refuses_is_not_spoken() {
    for refusal in REFUSALS {
        for path in PATHS {
            assert_eq!(asked(path, "", refusal), [Http], "{path}: {refusal}");
            let agent = "User-Agent: AnyConnect Windows 4.10\r\n";
            assert_eq!(asked(path, agent, refusal), [Http], "{path}: {refusal}");
        }
        assert_eq!(asked(SSTP, "", refusal), [Http], "{refusal}");
        assert_eq!(asked("POST /vpnsvc/connect.cgi", "", refusal), [Http], "{refusal}");
        assert_eq!(asked("RDG_OUT_DATA /remoteDesktopGateway/", "", refusal), [Http], "{refusal}");
        assert_eq!(asked("CONNECT /CSCOSSLC/tunnel", "", refusal), [HttpProxy], "{refusal}");
    }
}

/// A page may lie at any path, and a client may call itself anything.
#[test]
fn a_path_alone_is_no_tunnel() {
    for path in PATHS {
        assert_eq!(asked(path, "", ""), [Http], "{path} without an answer");
        assert_eq!(asked(path, "", FINE), [Http], "{path}");
    }
    for agent in ["AnyConnect Windows 4.10", "AnyConnectivity-Test/1.0", "FortiClient-Updater"] {
        let agent = format!("User-Agent: {agent}\r\n");
        assert_eq!(asked("GET /", &agent, ""), [Http], "{agent}");
        assert_eq!(asked("GET /", &agent, FINE), [Http], "{agent}");
    }
    let agent = "User-Agent: AnyConnectivity-Test/1.0\r\n";
    assert_eq!(asked("GET /+CSCOE+/logon.html", agent, FINE), [Http]);
    let agent = "User-Agent: CitrixReceiverTest/1.0\r\n";
    assert_eq!(asked("GET /", agent, FINE), [Http]);
}

#[test]
fn what_a_server_agrees_to_is_spoken() {
    let granted = "HTTP/1.1 200 CONNECTED\r\nX-CSTP-Version: 1\r\n\r\n";
    assert_eq!(asked("CONNECT /CSCOSSLC/tunnel", "", granted), [HttpProxy, SslVpn]);
    let cookie = "HTTP/1.1 200 OK\r\nSet-Cookie: webvpncontext=00@A; path=/\r\n\r\n";
    assert_eq!(asked("GET /+CSCOE+/logon.html", "", cookie), [Http, SslVpn]);
    let agent = "User-Agent: PAN GlobalProtect/6.1 (Microsoft Windows 10)\r\n";
    assert_eq!(asked("POST /global-protect/prelogin.esp", agent, FINE), [Http, SslVpn]);
    assert_eq!(asked("GET /ssl-tunnel-connect.sslvpn?user=a", "", "START_TUNNEL"), [Http, SslVpn]);
    let redirect = "HTTP/1.1 302 Found\r\nLocation: /dana-na/auth/url_default/welcome.cgi\r\n\r\n";
    assert_eq!(asked("GET /dana-na/", "", redirect), [Http, SslVpn]);
    let who = "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n\r\n";
    assert_eq!(asked("RDG_OUT_DATA /remoteDesktopGateway/", "", who), [Http, RemoteControl]);
    let rpc = "RPC_IN_DATA /rpc/rpcproxy.dll?localhost:3388";
    assert_eq!(asked(rpc, "", who), [Http, RemoteControl]);
    // Mail goes the same way, to another port.
    assert_eq!(asked("RPC_IN_DATA /rpc/rpcproxy.dll?mail.example.jp:6001", "", who), [Http]);
    let switched = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n";
    assert_eq!(asked("GET /remoteDesktopGateway/", "", switched), [Http, RemoteControl]);
    assert_eq!(
        asked(SSTP, "", "HTTP/1.1 200 \r\nServer: Microsoft-HTTPAPI/2.0\r\n\r\n"),
        [Http, Sstp]
    );
    assert_eq!(asked("POST /vpnsvc/connect.cgi", "", FINE), [Http, SoftEther]);
    let agent = "User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; DynGate)\r\n";
    assert_eq!(asked("GET /din.aspx?s=0", agent, FINE), [Http, RemoteControl]);
}

/// Where only the client was heard: what nothing else asks for.
#[test]
fn a_method_of_its_own_is_enough_where_no_answer_was_heard() {
    assert_eq!(asked(SSTP, "", ""), [Http, Sstp]);
    assert_eq!(asked("RDG_OUT_DATA /remoteDesktopGateway/", "", ""), [Http, RemoteControl]);
    assert_eq!(asked("CONNECT /CSCOSSLC/tunnel", "", ""), [HttpProxy, SslVpn]);
}

fn named(name: &str) -> Vec<Spoken> {
    spoken(&stream(&ends(50_000, 443), &tls::client(name, &[]), &[]))
}

#[test]
fn a_makers_page_is_not_its_product() {
    let pages = [
        "www.zohoassist.com",
        "zohoassist.com",
        "www.logmeinrescue.com",
        "support.logmeinrescue.com",
        "logmeinrescue.com",
        "www.fastsupport.com",
        "fastsupport.com",
        "www.softether.net",
        "softether.net",
        "www.vpnazure.net",
        "www.islonline.net",
        "mastering.teamviewer.com",
        "masterclass.teamviewer.com",
        "routers.teamviewer.com",
        "www.teamviewer.com",
    ];
    for page in pages {
        assert_eq!(named(page), [Tls], "{page}");
    }
    let services = [
        "gateway.zohoassist.com",
        "secure.logmeinrescue.com",
        "clinic.fastsupport.com",
        "ROUTER12.teamviewer.com",
        "jp-tyo-anx-r001.router.teamviewer.com",
        "master3.teamviewer.com",
        "ping3.teamviewer.com",
    ];
    for service in services {
        assert_eq!(named(service), [Tls, RemoteControl], "{service}");
    }
    for server in ["vpn123456789.softether.net", "clinic.vpnazure.net"] {
        assert_eq!(named(server), [Tls, SoftEther], "{server}");
    }
    // A certificate that a maker's pages show as well says nothing.
    let shown = tls::certificate("*.zohoassist.com", "Example CA", &[]);
    let said =
        stream(&ends(50_000, 443), &tls::client("x.example.jp", &[]), &tls::server(&shown, false));
    assert_eq!(spoken(&said), [Tls]);
}
