//! How the cost of the exposure matrix grows with the hospital, as a picture:
//! `cargo bench --bench growth` writes `benches/growth.svg`, on logarithmic scales, with a line of
//! cost that grows as fast as the hospital.
#![allow(missing_docs, unreachable_pub, clippy::unwrap_used, clippy::print_stdout)]

use sekisho::evidence::{EvidenceSet, Named};
use sekisho::inventory;
use sekisho::reach::Reach;
use sekisho::reach::exposure::Exposure;
use sekisho::source::SourceMap;
use sekisho::topology;
use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

#[path = "../tests/it/support/network.rs"]
mod network;

const SIZES: [usize; 6] = [100, 200, 400, 1000, 2000, 4000];
/// The best of so many runs: what else the machine does only adds.
const RUNS: usize = 5;

/// The shortest time in which the matrix of a hospital with so many devices was made.
fn matrix(devices: usize) -> Duration {
    let (yaml, configs) = network::hospital(network::Size::with(devices));
    let mut sources = SourceMap::new();
    let file = sources.add("large.yaml".to_owned(), yaml);
    let reading = inventory::read(&sources, &[file], jiff::civil::date(2026, 11, 20));
    assert!(reading.is_sound());
    let mut evidence = EvidenceSet::default();
    for (device, text) in &configs {
        let span = reading.inventory.devices.get(device).unwrap().id.span;
        let named = Named { device: device.clone(), span };
        evidence.add(&mut sources, &format!("{device}.txt"), text.as_bytes(), Some(named), None);
    }
    let topology = topology::build(&reading.inventory, &evidence);
    let once = |_| {
        let begun = Instant::now();
        let reach = Reach::new(&reading.inventory, &evidence, &topology);
        assert!(!Exposure::new(&reach).outsiders.is_empty());
        begun.elapsed()
    };
    (0..RUNS).map(once).min().unwrap()
}

const WIDTH: f64 = 640.0;
const HEIGHT: f64 = 400.0;
const EDGE: f64 = 70.0;

/// A place on a scale of powers of ten.
fn on(scale: (f64, f64), value: f64, length: f64) -> f64 {
    let (low, high) = (scale.0.log10(), scale.1.log10());
    (value.log10() - low) / (high - low) * length
}

fn picture(points: &[(f64, f64)]) -> String {
    let (across, up) = ((80.0, 5200.0), (0.005, 1.0));
    let x = |devices| EDGE + on(across, devices, WIDTH - 1.5 * EDGE);
    let y = |seconds| HEIGHT - EDGE - on(up, seconds, HEIGHT - 1.5 * EDGE);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" \
         font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    let mut line = |a: (f64, f64), b: (f64, f64), style: &str| {
        let _ = writeln!(
            svg,
            "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" {style}/>",
            x(a.0),
            y(a.1),
            x(b.0),
            y(b.1)
        );
    };
    let grid = "stroke=\"#ccc\"";
    for seconds in [0.01, 0.1] {
        line((across.0, seconds), (across.1, seconds), grid);
    }
    for (devices, _) in points {
        line((*devices, up.0), (*devices, up.1), grid);
    }
    let first = *points.first().unwrap();
    let last = points.last().unwrap().0;
    let linear = (last, first.1 * last / first.0);
    line(first, linear, "stroke=\"#777\" stroke-dasharray=\"6 4\"");
    for pair in points.windows(2) {
        line(pair[0], pair[1], "stroke=\"black\" stroke-width=\"2\"");
    }
    let mut put = |at: (f64, f64), anchor: &str, says: &str| {
        let (x, y) = at;
        let _ =
            writeln!(svg, "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{says}</text>");
    };
    for (seconds, says) in [(0.01, "10 ms"), (0.1, "100 ms")] {
        put((EDGE - 8.0, y(seconds) + 4.0), "end", says);
    }
    for (devices, seconds) in points {
        put((x(*devices), HEIGHT - EDGE + 18.0), "middle", &format!("{devices:.0}"));
        put((x(*devices) - 6.0, y(*seconds) - 8.0), "end", &format!("{:.0} ms", seconds * 1e3));
    }
    put(
        (WIDTH / 2.0, HEIGHT - 16.0),
        "middle",
        "機器の数 devices（ゾーン 1/5, 相手 1/10, フィルタ ×10行 zones, parties, filter lines)",
    );
    put((x(linear.0) - 8.0, y(linear.1) - 16.0), "end", "比例 linear");
    put((EDGE, 24.0), "start", "到達範囲の全組を求める時間 time for the whole exposure matrix");
    for (devices, seconds) in points {
        let _ =
            writeln!(svg, "<circle cx=\"{:.1}\" cy=\"{:.1}\" r=\"4\"/>", x(*devices), y(*seconds));
    }
    svg.push_str("</svg>\n");
    svg
}

#[allow(clippy::cast_precision_loss)]
fn main() {
    let points: Vec<(f64, f64)> = SIZES
        .iter()
        .map(|devices| {
            let took = matrix(*devices).as_secs_f64();
            println!("{devices} devices: {:.1} ms", took * 1e3);
            (*devices as f64, took)
        })
        .collect();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/growth.svg");
    std::fs::write(file, picture(&points)).unwrap();
}
