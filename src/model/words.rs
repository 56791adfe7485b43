//! The closed lists of words of the inventory.

use super::vocabulary::vocabulary;

vocabulary! {
    /// What a zone is for. Decides how rules weigh what happens in it.
    ZoneKind("ゾーンの種別", "kind of zone") {
        Clinical = "clinical" ("診療系", "clinical"),
        Department = "department" ("部門系", "departmental"),
        MedicalDevice = "medical-device" ("医療機器", "medical devices"),
        Administrative = "administrative" ("事務系", "administrative"),
        Information = "information" ("情報系（インターネット利用）", "information (internet use)"),
        Dmz = "dmz" ("DMZ・中継", "DMZ and relays"),
        Management = "management" ("管理系", "management"),
        Backup = "backup" ("バックアップ", "backup"),
        Facility = "facility" ("設備系", "building facilities"),
        Guest = "guest" ("来訪者用", "guests"),
    }
}

vocabulary! {
    /// Who stands at the other end of a connection.
    PartyKind("事業者・接続先の種別", "kind of party") {
        Vendor = "vendor" ("システム・機器事業者", "vendor"),
        Integrator = "integrator" ("構築・保守事業者", "integrator"),
        Authority = "authority" ("審査支払機関・行政", "authority"),
        Hospital = "hospital" ("医療機関", "hospital or clinic"),
        RegionalNetwork = "regional-network" ("地域医療連携", "regional exchange"),
        Laboratory = "laboratory" ("検査機関", "laboratory"),
        Contractor = "contractor" ("業務委託先", "contractor"),
        Cloud = "cloud" ("クラウド事業者", "cloud provider"),
        Carrier = "carrier" ("通信事業者", "carrier"),
        Internet = "internet" ("インターネット", "the internet"),
        Staff = "staff" ("職員（院外から）", "staff from outside"),
        Other = "other" ("その他", "other"),
    }
}

vocabulary! {
    /// The physical or logical line that a carrier provides.
    CircuitKind("回線の種別", "kind of circuit") {
        Dedicated = "dedicated" ("専用線", "dedicated line"),
        Isdn = "isdn" ("ISDN・公衆網", "ISDN or dial-up"),
        IpVpn = "ip-vpn" ("閉域IP網（IP-VPN）", "closed IP network (IP-VPN)"),
        ClosedMobile = "closed-mobile" ("閉域モバイル", "closed mobile network"),
        Internet = "internet" ("インターネット回線", "internet access"),
        MobileInternet = "mobile-internet" ("モバイル回線（インターネット）", "mobile internet"),
    }
}

vocabulary! {
    /// What a connection is for.
    Purpose("外部接続の目的", "purpose of a connection") {
        RemoteMaintenance = "remote-maintenance" ("リモート保守", "remote maintenance"),
        Telemetry = "telemetry" ("遠隔監視", "telemetry"),
        EligibilityClaims = "eligibility-claims" ("オンライン資格確認・請求", "eligibility and claims"),
        RegionalExchange = "regional-exchange" ("地域医療連携", "regional exchange"),
        Outsourcing = "outsourcing" ("業務委託", "outsourcing"),
        Internet = "internet" ("インターネット利用", "internet use"),
        Telework = "telework" ("職員の院外利用", "telework"),
        Cloud = "cloud" ("クラウド利用", "cloud service"),
        Backup = "backup" ("遠隔バックアップ", "remote backup"),
        InterSite = "inter-site" ("拠点間接続", "between sites"),
        Other = "other" ("その他", "other"),
    }
}

impl Purpose {
    /// Whether the sessions of such a connection are opened from outside when nothing else is
    /// stated: somebody comes in to work on systems, or two networks are joined.
    pub const fn opened_from_outside(self) -> bool {
        matches!(
            self,
            Self::RemoteMaintenance
                | Self::Telework
                | Self::Outsourcing
                | Self::RegionalExchange
                | Self::InterSite
        )
    }
}

vocabulary! {
    /// How a connection is carried (guideline, system operation volume, 13.1.2).
    Transport("接続方式", "transport") {
        Dedicated = "dedicated" ("専用線", "dedicated line"),
        Isdn = "isdn" ("ISDN・公衆網", "ISDN or dial-up"),
        IpVpn = "ip-vpn" ("IP-VPN（閉域）", "IP-VPN (closed)"),
        ClosedMobile = "closed-mobile" ("閉域モバイル", "closed mobile"),
        IpsecIke = "ipsec-ike" ("IPsec+IKE", "IPsec with IKE"),
        SslVpnClient = "ssl-vpn-client" ("SSL-VPN（クライアント型）", "SSL-VPN (client)"),
        SslVpnOther = "ssl-vpn-other" ("SSL-VPN（クライアント型以外）", "SSL-VPN (clientless)"),
        TlsMtls = "tls-mtls" ("TLS（クライアント認証）", "TLS with client certificate"),
        Tls = "tls" ("TLS（サーバ認証のみ）", "TLS, server authentication only"),
        WireGuard = "wireguard" ("WireGuard", "WireGuard"),
        OpenVpn = "openvpn" ("OpenVPN", "OpenVPN"),
        L2tpIpsec = "l2tp-ipsec" ("L2TP/IPsec", "L2TP over IPsec"),
        L2tp = "l2tp" ("L2TP（暗号化なし）", "L2TP without IPsec"),
        Pptp = "pptp" ("PPTP", "PPTP"),
        Gre = "gre" ("GRE（暗号化なし）", "GRE without IPsec"),
        RemoteControl = "remote-control" ("遠隔操作サービス（中継型）", "relayed remote-control service"),
        PlainInternet = "plain-internet" ("インターネット（暗号化なし）", "plain internet"),
    }
}

impl Transport {
    /// Whether a carrier keeps such a connection apart from the internet: then any tunnel may run over
    /// it besides.
    pub const fn is_closed(self) -> bool {
        matches!(self, Self::Dedicated | Self::Isdn | Self::IpVpn | Self::ClosedMobile)
    }

    /// Whether it makes one network out of two, by a tunnel or a server that a device is configured
    /// for: who is let in stands inside. Sessions with TLS and relayed remote control pass a device
    /// without being written down there.
    pub const fn is_tunnel(self) -> bool {
        matches!(
            self,
            Self::IpsecIke
                | Self::SslVpnClient
                | Self::SslVpnOther
                | Self::WireGuard
                | Self::OpenVpn
                | Self::L2tpIpsec
                | Self::L2tp
                | Self::Pptp
                | Self::Gre
        )
    }
}

vocabulary! {
    /// One factor or means of authentication at the entry.
    Authentication("認証方式", "means of authentication") {
        Password = "password" ("ID・パスワード", "id and password"),
        SharedAccount = "shared-account" ("共用アカウント", "shared account"),
        PersonalAccount = "personal-account" ("個人別アカウント", "personal account"),
        Otp = "otp" ("ワンタイムパスワード", "one-time password"),
        ClientCertificate = "client-certificate" ("クライアント証明書", "client certificate"),
        SmartCard = "smart-card" ("ICカード", "smart card"),
        PreSharedKey = "pre-shared-key" ("事前共有鍵", "pre-shared key"),
        MachineCertificate = "machine-certificate" ("機器証明書", "machine certificate"),
        CallerId = "caller-id" ("発信者番号", "caller id"),
        None = "none" ("認証なし", "none"),
    }
}

vocabulary! {
    /// What a network device is.
    DeviceKind("ネットワーク機器の種別", "kind of device") {
        VpnGateway = "vpn-gateway" ("VPN装置", "VPN gateway"),
        Firewall = "firewall" ("ファイアウォール", "firewall"),
        Router = "router" ("ルータ", "router"),
        MobileRouter = "mobile-router" ("モバイルルータ", "mobile router"),
        TerminalAdapter = "terminal-adapter" ("ターミナルアダプタ", "terminal adapter"),
        CoreSwitch = "core-switch" ("コアスイッチ（L3）", "core switch (layer 3)"),
        InternalFirewall = "internal-firewall" ("内部ファイアウォール", "internal firewall"),
        Switch = "switch" ("スイッチ", "switch"),
        WirelessController = "wireless-controller" ("無線LAN制御装置", "wireless controller"),
        AccessPoint = "access-point" ("無線LANアクセスポイント", "wireless access point"),
        DataDiode = "data-diode" ("一方向装置", "data diode"),
        MediaConverter = "onu" ("ONU・回線終端装置", "line terminal (ONU)"),
        Other = "other" ("その他", "other"),
    }
}

vocabulary! {
    /// What a system does for the hospital.
    SystemKind("システムの種別", "kind of system") {
        Ehr = "ehr" ("電子カルテ", "electronic health record"),
        Ordering = "ordering" ("オーダエントリ", "order entry"),
        Billing = "billing" ("医事会計", "billing"),
        Claims = "claims" ("レセプト請求", "claims"),
        Eligibility = "eligibility" ("オンライン資格確認", "eligibility check"),
        Pacs = "pacs" ("医用画像管理（PACS）", "imaging archive (PACS)"),
        Ris = "ris" ("放射線情報", "radiology information"),
        Laboratory = "laboratory" ("検体検査", "laboratory"),
        Pharmacy = "pharmacy" ("薬剤・調剤", "pharmacy"),
        Nutrition = "nutrition" ("栄養・給食", "nutrition"),
        Nursing = "nursing" ("看護支援", "nursing"),
        NurseCall = "nurse-call" ("ナースコール", "nurse call"),
        PatientMonitor = "patient-monitor" ("生体情報モニタ", "patient monitor"),
        Departmental = "departmental" ("その他の部門システム", "other departmental system"),
        Modality = "modality" ("画像診断装置", "imaging modality"),
        Therapy = "therapy" ("治療装置", "therapy equipment"),
        Analyzer = "analyzer" ("分析装置", "analyzer"),
        RegionalGateway = "regional-gateway" ("地域連携ゲートウェイ", "regional exchange gateway"),
        Relay = "relay" ("中継サーバ", "relay server"),
        Proxy = "proxy" ("プロキシ・メール中継", "proxy or mail relay"),
        Directory = "directory" ("認証基盤（AD等）", "directory service"),
        FileServer = "file-server" ("ファイルサーバ", "file server"),
        BackupServer = "backup-server" ("バックアップ装置", "backup server"),
        Virtualization = "virtualization" ("仮想化基盤", "virtualization host"),
        SecurityManagement = "security-management" ("セキュリティ管理", "security management"),
        LogServer = "log-server" ("ログ収集", "log server"),
        Groupware = "groupware" ("グループウェア・メール", "groupware and mail"),
        Finance = "finance" ("財務・人事・物流", "finance, staff and logistics"),
        WebServer = "web-server" ("公開Webサーバ", "public web server"),
        Terminals = "terminals" ("端末", "terminals"),
        Printers = "printers" ("プリンタ", "printers"),
        Camera = "camera" ("監視カメラ", "cameras"),
        BuildingManagement = "building-management" ("設備管理", "building management"),
        Telephone = "telephone" ("電話交換", "telephone exchange"),
        Payment = "payment" ("精算・決済", "payment"),
        Wireless = "wireless" ("無線LAN", "wireless network"),
        Other = "other" ("その他", "other"),
    }
}

vocabulary! {
    /// What a system is as a thing on the network.
    SystemClass("機器区分", "class of equipment") {
        Server = "server" ("サーバ", "server"),
        Terminal = "terminal" ("端末", "terminal"),
        MedicalDevice = "medical-device" ("医療機器", "medical device"),
        LifeSupport = "life-support" ("生命維持・治療機器", "life-supporting or therapy equipment"),
        Appliance = "appliance" ("専用装置", "appliance"),
        Iot = "iot" ("IoT機器・設備", "IoT or facility equipment"),
    }
}

vocabulary! {
    /// How much care depends on a system.
    Criticality("重要度", "criticality") {
        Critical = "critical" ("最重要（診療停止）", "critical (care stops)"),
        High = "high" ("重要", "high"),
        Medium = "medium" ("中", "medium"),
        Low = "low" ("低", "low"),
    }
}

vocabulary! {
    /// On what a backup is written.
    Media("バックアップ媒体", "backup media") {
        Disk = "disk" ("ディスク", "disk"),
        Tape = "tape" ("磁気テープ", "tape"),
        Removable = "removable" ("取り外し可能な媒体", "removable media"),
        Cloud = "cloud" ("クラウド", "cloud"),
        Optical = "optical" ("光ディスク", "optical disc"),
    }
}

vocabulary! {
    /// How a backup is kept apart from the network (survey Q12-5, guideline 18①).
    Offline("バックアップの切り離し", "how a backup is detached") {
        OfflineMedia = "offline-media" ("媒体を取り外して保管", "media taken off and stored"),
        BySchedule = "by-schedule" ("取得時だけ接続", "connected only while writing"),
        ImmutableOnline = "immutable-online" ("接続したまま変更不可", "online but immutable"),
        Never = "never" ("常時接続", "always connected"),
    }
}

vocabulary! {
    /// Where logs are kept.
    LogStore("ログの保管先", "where logs are kept") {
        Server = "server" ("ログサーバ", "log server"),
        Device = "device" ("機器内（不揮発）", "on the device, persistent"),
        Volatile = "volatile" ("機器内メモリ（電源断で消失）", "in the device's memory, lost at power-off"),
        Party = "party" ("事業者側", "at the party"),
        None = "none" ("なし", "none"),
    }
}

vocabulary! {
    /// Into which direction sessions of an allowed flow are opened.
    Direction("通信の向き", "direction of sessions") {
        Inbound = "inbound" ("外から内へ", "inbound"),
        Outbound = "outbound" ("内から外へ", "outbound"),
    }
}

vocabulary! {
    /// What a document is.
    DocumentKind("文書の種別", "kind of document") {
        NetworkDiagram = "network-diagram" ("ネットワーク構成図", "network diagram"),
        SystemDiagram = "system-diagram" ("システム構成図", "system diagram"),
        PartyList = "party-list" ("関係者一覧", "list of related parties"),
        DeviceLedger = "device-ledger" ("機器台帳", "device ledger"),
        OperationRules = "operation-rules" ("運用管理規程", "operation rules"),
        IncidentProcedure = "incident-procedure" ("非常時手順", "incident procedure"),
        ContactList = "contact-list" ("連絡体制図", "contact list"),
        Bcp = "bcp" ("事業継続計画", "business continuity plan"),
        RecoveryProcedure = "recovery-procedure" ("復旧手順", "recovery procedure"),
        Contract = "contract" ("契約書・SLA", "contract or SLA"),
        MdsSds = "mds-sds" ("MDS/SDS", "MDS/SDS"),
        Other = "other" ("その他", "other"),
    }
}

vocabulary! {
    /// How a wireless network is protected.
    WirelessSecurity("無線LANの保護", "protection of the wireless network") {
        Open = "open" ("暗号化なし", "open"),
        Wep = "wep" ("WEP", "WEP"),
        Wpa2Personal = "wpa2-personal" ("WPA2（共通パスワード）", "WPA2 with a shared password"),
        Wpa2Enterprise = "wpa2-enterprise" ("WPA2（個別認証）", "WPA2 with individual authentication"),
        Wpa3Personal = "wpa3-personal" ("WPA3（共通パスワード）", "WPA3 with a shared password"),
        Wpa3Enterprise = "wpa3-enterprise" ("WPA3（個別認証）", "WPA3 with individual authentication"),
    }
}

vocabulary! {
    /// How IPv6 is treated where a line enters.
    Ipv6Handling("IPv6の扱い", "how IPv6 is treated") {
        Filtered = "filtered" ("フィルタあり", "filtered"),
        PassThrough = "pass-through" ("素通し（ブリッジ）", "passed through unfiltered"),
        Disabled = "disabled" ("無効", "disabled"),
    }
}

vocabulary! {
    /// How something was confirmed.
    Means("確認の方法", "means of confirmation") {
        Configuration = "configuration" ("設定確認", "configuration"),
        Recertification = "recertification" ("年次再確認", "recertification"),
        Statement = "statement" ("事業者の回答", "statement"),
        Capture = "capture" ("受動観測", "capture"),
        Probe = "probe" ("疎通確認", "probe"),
        SpotCheck = "spot-check" ("抜取確認", "spot check"),
    }
}

vocabulary! {
    /// What a confirmation found.
    Outcome("確認の結果", "outcome of a confirmation") {
        AsExpected = "as-expected" ("想定どおり", "as expected"),
        Different = "different" ("相違あり", "different"),
        NotDone = "not-done" ("実施できず", "not done"),
    }
}

vocabulary! {
    /// What happened to a thing between two states.
    What("変化の内容", "what changed") {
        Added = "added" ("追加", "added"),
        Removed = "removed" ("削除", "removed"),
        Split = "split" ("分割", "split"),
        Merged = "merged" ("統合", "merged"),
        Replaced = "replaced" ("機器の交換", "replaced"),
        Renamed = "renamed" ("名称変更", "renamed"),
        Renumbered = "renumbered" ("アドレス変更", "renumbered"),
        Moved = "moved" ("移設", "moved"),
        Changed = "changed" ("変更", "changed"),
    }
}

vocabulary! {
    /// The answer to "is this isolated?", from configurations or from packets. Never "safe".
    Verdict("判定", "verdict") {
        Isolated = "isolated" ("分離確認済", "isolated"),
        Reachable = "reachable" ("到達可能", "reachable"),
        Undetermined = "undetermined" ("判定不能", "undetermined"),
    }
}
