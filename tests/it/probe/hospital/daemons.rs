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
    /// None yet.
    pub fn new(ground: &'g Ground) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let daemons = Self { ground, folder, running: Vec::new() };
        let (certificate, key) = tls::expired_pem();
        daemons.write("cert.pem", &certificate);
        daemons.write("key.pem", &key);
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
            let mut words = line.split_whitespace();
            let mut command = Command::new(words.next().unwrap());
            let done = command.args(words).current_dir(self.folder.path()).output().unwrap();
            assert!(done.status.success(), "{line}: {}", String::from_utf8_lossy(&done.stderr));
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
        let usual =
            ["--dev", "null", "--proto", "udp", "--ca", "ca.pem", "--data-ciphers", "AES-256-GCM"];
        let own = |name: &str| {
            [
                "--cert".to_owned(),
                format!("vpn-{name}.pem"),
                "--key".to_owned(),
                format!("vpn-{name}.key"),
            ]
        };
        let [server_own, client_own] = ["server", "client"].map(own);
        let listens = ["--tls-server", "--dh", "none", "--port", "1194", "--keepalive", "1", "10"];
        let asks = ["--tls-client", "--remote", to, "1194", "--nobind", "--keepalive", "1", "10"];
        for (node, own, more) in [(server, &server_own, &listens[..]), (client, &client_own, &asks)]
        {
            let own: Vec<&str> = own.iter().map(String::as_str).collect();
            self.start(
                node,
                &format!("{node}-openvpn"),
                "openvpn",
                &[&usual[..], &own, more].concat(),
            );
        }
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
