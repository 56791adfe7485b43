//! The programs that hospitals and vendors really run, started in namespaces.

use super::ground::Ground;
use super::station::open;
use crate::probe::kinds::tls;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long programs may take to begin, on a machine that has other things to do.
const BEGIN: Duration = Duration::from_secs(30);

const NEEDED: &[&str] = &[
    "nginx",
    "sshd",
    "ssh-keygen",
    "ssh-keyscan",
    "snmpd",
    "snmpget",
    "dnsmasq",
    "openvpn",
    "charon-systemd",
    "swanctl",
    "curl",
    "openssl",
    "Orthanc",
    "storescp",
    "storescu",
    "echoscu",
    "dump2dcm",
    "lldpd",
    "lldpcli",
    "wireguard-go",
    "wg",
];

/// Where a program is.
fn find(name: &str) -> Option<PathBuf> {
    let path = std::env::var("PATH").unwrap_or_default() + ":/usr/sbin:/sbin";
    path.split(':').map(|it| Path::new(it).join(name)).find(|it| it.is_file())
}

/// Whether all programs are installed; a loud word where they are not.
pub fn are_here() -> bool {
    let missing: Vec<_> = NEEDED.iter().filter(|it| find(it).is_none()).collect();
    if !missing.is_empty() {
        let must = std::env::var_os("SEKISHO_MUST_RUN_KERNEL").is_some();
        assert!(!must, "not installed: {missing:?}");
        eprintln!("SKIPPED: the hospital of real programs was not built: no {missing:?}");
    }
    missing.is_empty()
}

/// Whether root here is root of the machine: lldpd gives privileges up, which nobody else's root may.
pub fn is_root() -> bool {
    let map = std::fs::read_to_string("/proc/self/uid_map").unwrap();
    let is_root = map.split_whitespace().eq(["0", "0", "4294967295"]);
    if !is_root {
        eprintln!("SKIPPED: lldpd was not heard: it does not run in a namespace of users");
    }
    is_root
}

/// Programs that run until this is dropped, and the folder with what they need and say.
pub struct Daemons<'g> {
    ground: &'g Ground,
    folder: tempfile::TempDir,
    running: Vec<(String, Child)>,
}

impl Drop for Daemons<'_> {
    fn drop(&mut self) {
        for (_, it) in &mut self.running {
            drop(it.kill());
            drop(it.wait());
        }
    }
}

impl<'g> Daemons<'g> {
    /// None yet. What they show as their certificate may have expired.
    pub fn new(ground: &'g Ground, expired: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let daemons = Self { ground, folder, running: Vec::new() };
        if expired {
            let (certificate, key) = tls::expired_pem();
            daemons.write("cert.pem", &certificate);
            daemons.write("key.pem", &key);
        } else {
            let made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=ehr -days 400 -keyout key.pem -out cert.pem";
            daemons.tool("openssl", &made.split(' ').collect::<Vec<_>>());
        }
        daemons
    }

    /// Where something of theirs is.
    pub fn path(&self, name: &str) -> String {
        self.folder.path().join(name).display().to_string()
    }

    fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        let text = text.replace("FOLDER", self.folder.path().to_str().unwrap());
        std::fs::write(&path, text).unwrap();
        path
    }

    /// What a program said.
    pub fn said(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(&format!("{name}.log"))).unwrap_or_default()
    }

    /// Starts a program at a node; what it says goes into `name.log`.
    fn start(&mut self, node: &str, name: &str, program: &str, arguments: &[&str]) {
        let log = std::fs::File::create(self.path(&format!("{name}.log"))).unwrap();
        let program = find(program).expect("it was found before");
        let child = Command::new("ip")
            .args(["netns", "exec", &self.ground.name(node)])
            .arg(program)
            .args(arguments)
            .current_dir(self.folder.path())
            .env("SNMP_PERSISTENT_DIR", self.folder.path())
            .env("MIBS", "")
            .env("STRONGSWAN_CONF", self.path(&format!("{name}.strongswan")))
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn();
        self.running.push((name.to_owned(), child.unwrap()));
    }

    /// Ends those of these names that run.
    pub fn end(&mut self, names: &[&str]) {
        for (name, it) in &mut self.running {
            if names.contains(&name.as_str()) {
                drop(it.kill());
                drop(it.wait());
            }
        }
        self.running.retain(|it| !names.contains(&it.0.as_str()));
    }

    /// OpenSSH.
    pub fn sshd(&mut self, node: &str) {
        let key = self.path(&format!("{node}.key"));
        let mut make = Command::new("ssh-keygen");
        make.args(["-q", "-t", "ed25519", "-N", "", "-f", &key]);
        assert!(make.status().unwrap().success());
        std::fs::create_dir_all("/run/sshd").unwrap();
        let text = format!("HostKey {key}\nUsePAM no\nPidFile none\nMaxStartups 1000\n");
        let path = self.write(&format!("{node}.sshd"), &text);
        self.start(node, &format!("{node}-sshd"), "sshd", &["-D", "-e", "-f", &path]);
    }

    /// nginx with TLS.
    pub fn nginx(&mut self, node: &str) {
        let temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
            .map(|it| format!("{it}_temp_path FOLDER/{node}-{it};"))
            .concat();
        let text = format!(
            "user root; daemon off; worker_processes 1; pid FOLDER/{node}.pid; error_log stderr; events {{}}
            http {{ access_log off; {temporary} ssl_certificate FOLDER/cert.pem; ssl_certificate_key FOLDER/key.pem;
            server {{ listen 443 ssl; listen [::]:443 ssl; ssl_protocols TLSv1.2 TLSv1.3; return 204; }} }}"
        );
        let path = self.write(&format!("{node}.nginx"), &text);
        let folder = self.folder.path().display().to_string();
        let arguments = ["-e", "stderr", "-p", &folder, "-c", &path];
        self.start(node, &format!("{node}-nginx"), "nginx", &arguments);
    }

    /// net-snmp, with a community that everybody knows.
    pub fn snmpd(&mut self, node: &str) {
        let path = self.write("snmpd.conf", "rocommunity public\nsysName core-1\n");
        self.start(node, "snmpd", "snmpd", &["-f", "-Lo", "-C", "-c", &path, "udp:161"]);
    }

    /// dnsmasq, for names alone.
    pub fn dnsmasq(&mut self, node: &str) {
        let usual =
            ["-d", "-C", "/dev/null", "--no-resolv", "--no-hosts", "--user=root", "--pid-file"];
        self.start(node, "dnsmasq", "dnsmasq", &usual);
    }

    /// OpenVPN at both ends of a tunnel of the engineer: TLS, with certificates that its own authority
    /// signed, and nothing inside.
    pub fn openvpn(&mut self, server: &str, client: &str, to: &str) {
        let run = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            drop(self.tool(words[0], &words[1..]));
        };
        let key = "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes";
        run(&format!("openssl req -x509 {key} -keyout ca.key -out ca.pem -subj /CN=ca -days 30"));
        for name in ["server", "client"] {
            run(&format!(
                "openssl req {key} -keyout vpn-{name}.key -out {name}.csr -subj /CN={name}"
            ));
            run(&format!(
                "openssl x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out vpn-{name}.pem -days 30"
            ));
        }
        self.openvpn_server(server);
        let asks = format!("--tls-client --remote {to} 1194 --nobind");
        self.openvpn_end(client, "client", &asks);
    }

    /// OpenVPN that waits for others, with the certificates of [`Self::openvpn`]; it says nothing of
    /// its own accord.
    pub fn openvpn_server(&mut self, node: &str) {
        self.openvpn_end(node, "server", "--tls-server --dh none --port 1194");
    }

    fn openvpn_end(&mut self, node: &str, own: &str, more: &str) {
        let usual =
            "--dev null --proto udp --ca ca.pem --data-ciphers AES-256-GCM --keepalive 1 10";
        let line = format!("{usual} --cert vpn-{own}.pem --key vpn-{own}.key {more}");
        let words: Vec<&str> = line.split(' ').collect();
        self.start(node, &format!("{node}-openvpn"), "openvpn", &words);
    }

    /// strongSwan at both ends of a line: who answers, and who begins to whom.
    pub fn charon(&mut self, answers: (&str, &str), begins: (&str, &str)) {
        for ((node, own), (_, other), name) in
            [(answers, begins, "answers"), (begins, answers, "begins")]
        {
            let plugins = "random nonce openssl hmac kdf kernel-netlink socket-default vici";
            self.write(
                &format!("{name}.strongswan"),
                &format!(
                    "charon-systemd {{\n dos_protection = no\n retransmit_timeout = 1\n load = {plugins}\n
                    plugins {{ vici {{ socket = unix://FOLDER/{name}.vici\n }}\n }}\n }}\n"
                ),
            );
            let conf = self.write(
                &format!("{name}.swanctl"),
                &format!(
                    "connections {{ line {{ version = 2\n local_addrs = {own}\n remote_addrs = {other}\n
                    proposals = aes256-sha256-ecp256\n local {{ auth = psk\n id = {own}\n }}\n remote {{ auth = psk\n id = {other}\n }}\n
                    childless = force\n }}\n }}\nsecrets {{ ike-line {{ secret = for-a-test\n }}\n }}\n"
                ),
            );
            self.start(node, name, "charon-systemd", &[]);
            self.swanctl(name, &["--load-all", "--file", &conf]);
        }
    }

    /// Orthanc, an archive of images: DICOM under one title, and the web for whoever comes.
    pub fn orthanc(&mut self, node: &str, title: &str) {
        let text = format!(
            r#"{{"Name": "{title}", "DicomAet": "{title}", "DicomPort": 104, "DicomCheckCalledAet": true,
            "DicomAlwaysAllowStore": true, "DicomModalities": {{}}, "HttpPort": 8042, "RemoteAccessAllowed": true,
            "AuthenticationEnabled": false, "StorageDirectory": "FOLDER/images", "IndexDirectory": "FOLDER/images",
            "Plugins": [], "LuaScripts": []}}"#
        );
        let path = self.write("orthanc.json", &text);
        self.start(node, &format!("{node}-orthanc"), "Orthanc", &[&path]);
    }

    /// A modality that takes images, as DCMTK plays it.
    pub fn storescp(&mut self, node: &str, title: &str) {
        let usual = ["--disable-host-lookup", "--ignore", "-aet", title, "104"];
        self.start(node, &format!("{node}-storescp"), "storescp", &usual);
    }

    /// An image of nobody, which says so where it would say the patient's name.
    pub fn image(&self, patient: &str) -> String {
        let text = format!(
            "(0008,0016) UI =SecondaryCaptureImageStorage\n(0008,0018) UI [1.2.826.0.1.3680043.2.1]\n(0010,0010) PN [{patient}]\n(0010,0020) LO [{patient}]\n(0020,000d) UI [1.2.826.0.1.3680043.2.2]\n(0020,000e) UI [1.2.826.0.1.3680043.2.3]\n"
        );
        let (dump, image) = (self.write("image.dump", &text), self.path("image.dcm"));
        self.tool("dump2dcm", &[&dump, &image]);
        image
    }

    /// lldpd, which says on its cables what it is called.
    pub fn lldpd(&mut self, node: &str, called: &str) {
        std::fs::create_dir_all("/run/lldpd").unwrap();
        let conf = self.write(
            &format!("{node}.lldp"),
            &format!("configure system hostname {called}\nconfigure lldp tx-interval 1\n"),
        );
        let socket = self.path(&format!("{node}.lldpd"));
        let usual = ["-d", "-k", "-S", "for a test", "-u", &socket, "-O", &conf];
        self.start(node, &format!("{node}-lldpd"), "lldpd", &usual);
    }

    /// Waits until the lldpd of one node has heard that of another.
    pub fn hears(&self, node: &str, called: &str) {
        let since = Instant::now();
        let socket = self.path(&format!("{node}.lldpd"));
        let arguments = ["-u", &socket, "show", "neighbors"];
        while !self.tool("lldpcli", &arguments).contains(called) {
            assert!(since.elapsed() < BEGIN, "{}", self.said(&format!("{node}-lldpd")));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// WireGuard at both ends of a tunnel, of which the second calls the first at this address; waits
    /// until both have shaken hands.
    pub fn wireguard(&mut self, answers: &str, calls: &str, at: &str) {
        let keys = [answers, calls].map(|it| {
            let key = self.tool("wg", &["genkey"]);
            let path = self.write(&format!("{it}.wg"), &key);
            let public = Command::new(find("wg").unwrap())
                .arg("pubkey")
                .stdin(std::fs::File::open(&path).unwrap())
                .output()
                .unwrap();
            (path, String::from_utf8(public.stdout).unwrap().trim().to_owned())
        });
        for it in [answers, calls] {
            self.start(
                it,
                &format!("{it}-wireguard"),
                "wireguard-go",
                &["-f", &format!("wg-{it}")],
            );
            let socket = format!("/run/wireguard/wg-{it}.sock");
            let since = Instant::now();
            while !Path::new(&socket).exists() {
                assert!(since.elapsed() < BEGIN, "{}", self.said(&format!("{it}-wireguard")));
                std::thread::sleep(Duration::from_millis(50));
            }
        }
        let all = "allowed-ips 10.66.0.0/24";
        let [(first, first_public), (second, second_public)] = &keys;
        self.ground.at(
            answers,
            &format!("wg set wg-{answers} listen-port 51820 private-key {first} peer {second_public} {all}"),
            "",
        );
        self.ground.at(
            calls,
            &format!("wg set wg-{calls} private-key {second} peer {first_public} endpoint {at}:51820 persistent-keepalive 1 {all}"),
            "",
        );
        for it in [answers, calls] {
            self.ground.ip(it, &format!("link set wg-{it} up\n"));
        }
        let since = Instant::now();
        let shook = || {
            let said = self.ground.at(calls, &format!("wg show wg-{calls} latest-handshakes"), "");
            said.split_whitespace().last().is_some_and(|it| it != "0")
        };
        while !shook() {
            assert!(since.elapsed() < BEGIN, "no hand was shaken");
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Runs a tool that has no network, and gives what it prints.
    fn tool(&self, program: &str, arguments: &[&str]) -> String {
        let mut command = Command::new(find(program).unwrap());
        let done = command.args(arguments).current_dir(self.folder.path()).output().unwrap();
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success(), "{program} {arguments:?}: {said}");
        String::from_utf8(done.stdout).unwrap()
    }

    /// Says something to a strongSwan, which may be just beginning.
    pub fn swanctl(&self, name: &str, words: &[&str]) {
        let socket = format!("unix://{}", self.path(&format!("{name}.vici")));
        let since = Instant::now();
        loop {
            let mut command = Command::new(find("swanctl").unwrap());
            let done = command.args(words).args(["--uri", &socket]).output().unwrap();
            if done.status.success() {
                return;
            }
            let said = String::from_utf8_lossy(&done.stderr).into_owned();
            assert!(since.elapsed() < BEGIN, "{name} {words:?}: {said}\n{}", self.said(name));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until a program has said this.
    pub fn says(&self, name: &str, words: &str) {
        let since = Instant::now();
        while !self.said(name).contains(words) {
            assert!(since.elapsed() < BEGIN, "{name} never said `{words}`: {}", self.said(name));
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    /// Waits until ports of TCP are open at a node, as it sees itself.
    pub fn stand(&self, node: &str, ports: &[u16]) {
        let all = ports.iter().map(|it| ("127.0.0.1".parse().unwrap(), *it)).collect();
        let since = Instant::now();
        while open(&self.ground.name(node), &all) != all {
            let own = self.running.iter().filter(|it| it.0.starts_with(node));
            let said: Vec<String> = own.map(|it| self.said(&it.0)).collect();
            assert!(since.elapsed() < BEGIN, "{node} does not offer {ports:?}: {said:#?}");
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
