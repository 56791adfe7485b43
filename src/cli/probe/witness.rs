//! `sekisho probe witness`: stands at the inside end.

use crate::cli::Exit;
use crate::cli::console::{Console, Stop, reason};
use crate::cli::deliver::stop_when_interrupted;
use crate::evidence::capture::live::drop_privileges;
use crate::evidence::probe::journal::Keeper;
use crate::evidence::probe::witness as listener;
use crate::model::{Protocol, Service};
use crate::source::Diagnostic;
use crate::text;
use jiff::Timestamp;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// `sekisho probe witness`
#[derive(Debug, clap::Args)]
#[command(
    after_help = "届いたことだけを記録します（内容は読まず、残しません）。接続してきた相手には、ポートごとの到着回数を1行で返します。計画の対照にこの端末のポートを1つ入れておくと、他のポートに届いたかどうかまで分かります。止めるには Ctrl-C を押します。 / Only that something arrived is written down, nothing of what it carried. Whoever connects is told in one line how often something arrived at each port; with one of these ports among the controls of a plan, the run learns whether anything arrived at the others. Ctrl-C ends it."
)]
pub(super) struct Witness {
    /// 待ち受けるポート（例: 443/tcp、192.0.2.10:53/udp）。複数指定できる / where to listen: 443/tcp, 192.0.2.10:53/udp; may be repeated
    #[arg(long, value_name = "[ADDRESS:]PORT/PROTOCOL", required = true, value_delimiter = ',', value_parser = place)]
    listen: Vec<Place>,
    /// 記録を書くファイル（*.jsonl） / file for the journal (*.jsonl)
    #[arg(long, short, value_name = "FILE")]
    output: PathBuf,
}

/// One port.
#[derive(Clone, Copy, Debug)]
struct Place {
    at: SocketAddr,
    udp: bool,
}

fn place(text: &str) -> Result<Place, String> {
    let wrong = || {
        "443/tcp または 192.0.2.10:53/udp の形で書きます / write 443/tcp or 192.0.2.10:53/udp"
            .to_owned()
    };
    let (address, service) = match text.rsplit_once(':') {
        Some((address, service)) => {
            (address.trim_matches(['[', ']']).parse::<IpAddr>().map_err(|_| wrong())?, service)
        }
        None => (Ipv4Addr::UNSPECIFIED.into(), text),
    };
    match service.parse::<Service>() {
        Ok(Service::Ports {
            protocol: protocol @ (Protocol::Tcp | Protocol::Udp),
            first,
            last,
        }) if first == last && first > 0 => {
            Ok(Place { at: SocketAddr::new(address, first), udp: protocol == Protocol::Udp })
        }
        _ => Err(wrong()),
    }
}

/// Listens until it is stopped.
pub(super) fn run(args: &Witness, console: &Console) -> Result<Exit, Stop> {
    let of = |udp: bool| -> Vec<SocketAddr> {
        args.listen.iter().filter(|it| it.udp == udp).map(|it| it.at).collect()
    };
    let host = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let session = session();
    let witness = listener::Witness::open(&of(false), &of(true), session, host.trim().to_owned())
        .map_err(|(at, error)| {
        let why = reason(&error);
        Diagnostic::error(
            "no-witness",
            text!("{at} で待ち受けられません: {why}", "cannot listen at {at}: {why}"; why),
        )
    })?;
    let folder = args.output.parent().filter(|it| !it.as_os_str().is_empty());
    let failed = |error: std::io::Error| {
        let (name, why) = (args.output.display(), reason(&error));
        Diagnostic::error(
            "unwritable",
            text!("「{name}」に書けません: {why}", "cannot write `{name}`: {why}"; why),
        )
    };
    drop_privileges(folder.unwrap_or(std::path::Path::new("."))).map_err(failed)?;
    let keeper = Keeper::begin(&args.output).map_err(failed)?;
    let stop = stop_when_interrupted();
    let places = args.listen.len();
    console.remark(&text!(
        "{places}個のポートで待ち受けています。止めるには Ctrl-C",
        "listening at {places} port(s); Ctrl-C ends it"
    ));
    let mut arrived = 0_u64;
    witness
        .run(&keeper, stop, &mut |it| {
            arrived += 1;
            let (from, port) = (it.from, it.port);
            console.step(&text!(
                "到着{arrived}件（最後: {from} → ポート{port}）",
                "{arrived} arrived (the last: {from} → port {port})"
            ));
        })
        .map_err(failed)?;
    console.settle();
    let file = args.output.display();
    console.summarize(&text!(
        "{arrived}件の到着を {file} に記録しました",
        "{arrived} arrivals recorded in {file}"
    ));
    Ok(Exit::Clean)
}

/// A word by which this session is told from others.
fn session() -> String {
    let nanos = Timestamp::now().as_nanosecond().unsigned_abs();
    let process = std::process::id();
    format!("{:x}-{process:x}", nanos & 0xffff_ffff_ffff)
}
