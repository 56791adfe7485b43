//! What terminals and their programs add to a configuration is told apart from it, and said.

use super::read;
use sekisho::config::Because;

/// The same configuration in many wrappings.
const WIREGUARD: &str = "[Interface]\nAddress = 10.99.0.1/24\nListenPort = 51820\n\n[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = 10.99.0.2/32\nEndpoint = 198.51.100.9:51820\n";

/// What was read: the tunnels, and how many lines were not understood.
fn tunnels(text: &[u8]) -> (usize, usize, usize) {
    let (_, read) = read("capture.log", text);
    let read = read.unwrap_or_else(|| panic!("not recognised:\n{}", String::from_utf8_lossy(text)));
    let terminal = read.coverage.ignored.get(&Because::Terminal).copied().unwrap_or_default();
    (read.config.tunnels.len(), read.coverage.unrecognized.len(), terminal)
}

#[test]
fn a_capture_is_read_like_the_configuration_in_it() {
    let (count, unknown, terminal) = tunnels(WIREGUARD.as_bytes());
    assert_eq!((count, unknown, terminal), (1, 0, 0));
    let prompted = |prompt: &str| {
        format!("{prompt} cat /etc/wireguard/wg0.conf\n{WIREGUARD}{prompt} exit\nlogout\n")
    };
    for prompt in
        ["root@vpn:~#", "[root@vpn ~]#", "vpn$", "admin@vpn>", "\u{1b}[01;32mroot@vpn\u{1b}[00m:~#"]
    {
        let (count, unknown, terminal) = tunnels(prompted(prompt).as_bytes());
        assert_eq!((count, unknown), (1, 0), "{prompt}");
        assert!(terminal >= 2, "{prompt}: {terminal} lines of the terminal");
    }
}

#[test]
fn other_commands_of_the_session_are_no_configuration() {
    let session = format!(
        "login as: root\nLast login: Fri Nov 20 10:00:00 2026\nroot@vpn:~# uptime\n 10:00 up 3 days\nroot@vpn:~# cat /etc/wireguard/wg0.conf\n{WIREGUARD}root@vpn:~# show version\nSomething 1.2.3\n"
    );
    let (_, read) = read("capture.log", session.as_bytes());
    let read = read.expect("recognised");
    assert_eq!((read.config.tunnels.len(), read.coverage.unrecognized.len()), (1, 0));
    assert_eq!(read.coverage.ignored.get(&Because::OtherOutput).copied(), Some(4));
}

#[test]
fn pagers_in_every_state_are_taken_away() {
    let pagers = [
        "---つづく---\n",
        "--More--\n",
        " --More-- \u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}        \u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}\u{8}",
        "\u{1b}[7m--More--\u{1b}[0m\u{1b}[K",
        "--More--\r         \r",
        "<--- More --->\r              \r",
        "---(more 45%)---\n",
        "-- More --\n",
    ];
    for pager in pagers {
        let (at, _) = WIREGUARD.match_indices("[Peer]").next().expect("a peer");
        let text = format!("{}{pager}{}", &WIREGUARD[..at], &WIREGUARD[at..]);
        let (count, unknown, _) = tunnels(text.as_bytes());
        assert_eq!((count, unknown), (1, 0), "{pager:?}");
    }
}

#[test]
fn what_is_typed_into_a_prompt_of_configuration_is_configuration() {
    let typed: String = WIREGUARD
        .lines()
        .map(|line| match line {
            "" => "Router(config-wg)#\n".to_owned(),
            line => format!("Router(config-wg)# {line}\n"),
        })
        .collect();
    let (count, unknown, _) = tunnels(typed.as_bytes());
    assert_eq!((count, unknown), (1, 0));
}

#[test]
fn logs_of_terminal_programs_are_read() {
    let stamped: String = WIREGUARD
        .lines()
        .map(|line| format!("[Fri Nov 20 10:00:00.123 2026] {line}\r\n"))
        .collect();
    assert_eq!(tunnels(stamped.as_bytes()), (1, 0, 0));
    let putty = format!(
        "=~=~=~=~=~=~=~=~=~=~=~= PuTTY log 2026.11.20 10:00:00 =~=~=~=~=~=~=~=~=~=~=~=\n{WIREGUARD}\u{1a}"
    );
    assert_eq!(tunnels(putty.as_bytes()), (1, 0, 1));
}

#[test]
fn encodings_are_read_and_said() {
    let text = WIREGUARD.replace("[Peer]", "# 保守会社（東京）の装置\n[Peer]");
    let utf16: Vec<u8> =
        [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let encoded = |encoding: &'static encoding_rs::Encoding| encoding.encode(&text).0.into_owned();
    for (name, bytes) in [
        ("Shift_JIS", encoded(encoding_rs::SHIFT_JIS)),
        ("EUC-JP", encoded(encoding_rs::EUC_JP)),
        ("ISO-2022-JP", encoded(encoding_rs::ISO_2022_JP)),
        ("UTF-16LE", utf16),
    ] {
        let (_, read) = read("wg0.conf", &bytes);
        let read = read.unwrap_or_else(|| panic!("{name} is not read"));
        assert_eq!(read.config.tunnels.len(), 1, "{name}");
        let said: Vec<_> = read.remarks.iter().map(|it| it.message.en.to_string()).collect();
        assert_eq!(said, [format!("wg0.conf: read as {name}")]);
    }
    let marked = [b"\xEF\xBB\xBF", text.replace('\n', "\r\n").as_bytes()].concat();
    let (_, read) = read("wg0.conf", &marked);
    assert!(read.expect("recognised").remarks.is_empty(), "UTF-8 with a mark needs no remark");
}

#[test]
fn what_is_no_text_is_refused() {
    let (_, read) = read("backup.bin", &[0, 1, 2, 0, 0, 255, 0, 7].repeat(100));
    assert!(read.is_none());
}

#[test]
fn two_devices_in_one_file_do_not_become_one() {
    let device = |name: &str, peer: &str| {
        let filler: String =
            (1..12).map(|it| format!("ip filter {it} pass * * tcp * 80\n")).collect();
        format!(
            "# RTX830 Rev.15.02.31\nconsole prompt {name}\n{filler}tunnel select 1\n ipsec tunnel 101\n  ipsec sa policy 101 1 esp aes-cbc sha-hmac\n  ipsec ike remote address 1 {peer}\n tunnel enable 1\n"
        )
    };
    let both = device("a", "198.51.100.1") + &device("b", "198.51.100.2");
    let (_, read) = read("both.log", both.as_bytes());
    let read = read.expect("recognised");
    let peers: Vec<_> = read.config.tunnels.iter().map(|it| it.remote.value.clone()).collect();
    assert_eq!(peers, [sekisho::model::device::Remote::Address([198, 51, 100, 1].into())]);
    assert!(read.remarks.iter().any(|it| it.code == "several-configurations"));
}
