#!/usr/bin/env python3
"""Two pairs of Nmap reports of ten thousand hosts with twenty ports each, of which two in a hundred changed:
plain (addresses, names and open ports alone) and full (services, closed ports, what scripts said, systems,
as `nmap -sV -sC -O` writes them). Usage: scans.py FOLDER"""

import sys

HOSTS, PORTS = 10_000, range(1000, 1020)
SERVICES = [
    ("http", "nginx", "1.24.0"),
    ("ssh", "OpenSSH", "8.9p1 Ubuntu 3ubuntu0.10"),
    ("ms-wbt-server", "Microsoft Terminal Services", "10"),
    ("microsoft-ds", "Windows Server 2019 Standard 17763 microsoft-ds", ""),
    ("mysql", "MySQL", "8.0.36"),
    ("dicom", "DCMTK", "3.6.7"),
]


def before():
    for n in range(HOSTS):
        yield n, f"10.{n // 65536}.{n // 256 % 256}.{n % 256}", f"system-{n}", PORTS


def after():
    """A year later: another address, another name, another service, or gone."""
    for n, address, name, ports in before():
        kind = n // 50 % 5 if n % 50 == 0 else None
        if kind == 0:
            address = f"172.16.{n // 256 % 256}.{n % 256}"
        elif kind == 2:
            name = f"renamed-{n}"
        elif kind == 3:
            ports = [9999]
        if kind != 4:
            yield n, address, name, ports


def plain(hosts, out):
    out.write('<?xml version="1.0"?>\n<nmaprun scanner="nmap" args="nmap" start="1" version="7.95" xmloutputversion="1.05">\n')
    for _, address, name, ports in hosts:
        out.write(
            f'<host><status state="up" reason="syn-ack"/><address addr="{address}" addrtype="ipv4"/>'
            f'<hostnames><hostname name="{name}" type="user"/></hostnames><ports>'
        )
        for port in ports:
            out.write(f'<port protocol="tcp" portid="{port}"><state state="open" reason="syn-ack"/></port>')
        out.write("</ports></host>\n")
    out.write('<runstats><finished time="2"/></runstats></nmaprun>\n')


def port(n, nth, number, name):
    if nth % 4 == 3:
        return (
            f'<port protocol="tcp" portid="{number}"><state state="closed" reason="reset" reason_ttl="128"/>'
            f'<service name="svc-{number}" method="table" conf="3"/></port>\n'
        )
    service, product, version = SERVICES[(n + nth) % len(SERVICES)]
    script = ""
    if nth % 3 == 0:
        script = (
            f'<script id="ssl-cert" output="Subject: commonName={name}.example.jp&#xa;'
            'Not valid before: 2024-01-01T00:00:00&#xa;Not valid after:  2026-01-01T00:00:00">'
            f'<table key="subject">\n<elem key="commonName">{name}.example.jp</elem>\n</table>\n'
            f'<elem key="pem">-----BEGIN CERTIFICATE-----&#xa;{"MIIC" * 60}&#xa;-----END CERTIFICATE-----&#xa;</elem>\n</script>'
        )
    return (
        f'<port protocol="tcp" portid="{number}"><state state="open" reason="syn-ack" reason_ttl="128"/>'
        f'<service name="{service}" product="{product}" version="{version}" ostype="Windows" method="probed" conf="10">'
        f"<cpe>cpe:/a:example:{service}</cpe></service>{script}</port>\n"
    )


def full(hosts, out):
    out.write(
        '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n'
        '<nmaprun scanner="nmap" args="nmap -sS -sV -sC -O -oX x.xml 10.0.0.0/16 172.16.0.0/16" start="1700000000" version="7.95" xmloutputversion="1.05">\n'
        '<scaninfo type="syn" protocol="tcp" numservices="1000" services="1-10000"/>\n'
    )
    for n, address, name, ports in hosts:
        mac = f"00:1B:{n >> 16 & 255:02X}:{n >> 8 & 255:02X}:{n & 255:02X}:01"
        out.write(
            f'<host starttime="1700000001" endtime="1700000400"><status state="up" reason="arp-response" reason_ttl="0"/>\n'
            f'<address addr="{address}" addrtype="ipv4"/>\n<address addr="{mac}" addrtype="mac" vendor="Example &amp; Co"/>\n'
            f'<hostnames>\n<hostname name="{name}" type="PTR"/>\n</hostnames>\n<ports><extraports state="filtered" count="980">\n'
            '<extrareasons reason="no-response" count="980" proto="tcp" ports="1-999"/>\n</extraports>\n'
        )
        out.writelines(port(n, nth, number, name) for nth, number in enumerate(ports))
        out.write(
            '</ports>\n<os><portused state="open" proto="tcp" portid="1000"/>\n'
            '<osmatch name="Microsoft Windows Server 2019" accuracy="96" line="85100">\n'
            '<osclass type="general purpose" vendor="Microsoft" osfamily="Windows" osgen="2019" accuracy="96"/>\n</osmatch>\n</os>\n'
            '<uptime seconds="1234" lastboot="x"/>\n<distance value="1"/>\n<times srtt="500" rttvar="100" to="100000"/>\n</host>\n'
        )
    out.write(
        '<runstats><finished time="1700009999" elapsed="100" exit="success"/><hosts up="10000" down="0" total="10000"/>\n</runstats>\n</nmaprun>\n'
    )


for kind, write in (("plain", plain), ("full", full)):
    for when, hosts in (("old", before), ("new", after)):
        with open(f"{sys.argv[1]}/{kind}-{when}.xml", "w", encoding="utf-8") as file:
            write(hosts(), file)
