//! Where a webhook may go: into the public internet, and into networks that the operator allows.
//!
//! Whoever can set an endpoint must not be able to make the server call what only the server can reach. So the address
//! that is connected to is judged, not the name, and at every attempt anew.

use std::net::IpAddr;

use ipnet::IpNet;

/// What `private` stands for in the setting: this machine and the private networks. Link-local is not among them: the
/// credentials of many a cloud's machine lie there.
const PRIVATE: [&str; 6] = [
    "127.0.0.0/8",
    "::1/128",
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "fc00::/7",
];

/// IPv4 that is not the public internet.
///
/// # Source
/// IANA IPv4 Special-Purpose Address Registry, and the multicast and reserved blocks.
const NOT_PUBLIC_4: [&str; 16] = [
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
];

/// All of IPv6 that is routed; everything else (loopback, mapped, translated, unique-local, link-local, multicast) is
/// outside.
const PUBLIC_6: &str = "2000::/3";

/// What of it is not the public internet: protocol assignments with Teredo, benchmarks and ORCHID, documentation, 6to4.
///
/// # Source
/// IANA IPv6 Special-Purpose Address Registry.
const NOT_PUBLIC_6: [&str; 4] = ["2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"];

/// Networks that may be called beside the public internet.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(Vec<IpNet>);

impl Allowed {
    /// Reads the setting: networks like `10.1.0.0/16`, single addresses, or `private`.
    ///
    /// # Errors
    /// The entry that is none of these.
    pub fn read(entries: &[String]) -> Result<Self, String> {
        let mut networks = Vec::new();
        for entry in entries.iter().map(|entry| entry.trim()) {
            if entry == "private" {
                networks.extend(parsed(&PRIVATE));
            } else if let Ok(network) = entry.parse::<IpNet>() {
                networks.push(network);
            } else if let Ok(address) = entry.parse::<IpAddr>() {
                networks.push(address.into());
            } else {
                return Err(entry.to_owned());
            }
        }
        Ok(Self(networks))
    }

    /// Whether the operator allows this address explicitly.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// Whether an address is in the public internet.
pub fn is_public(address: IpAddr) -> bool {
    let within = |list: &[&'static str]| parsed(list).any(|network| network.contains(&address));
    match address {
        IpAddr::V4(_) => !within(&NOT_PUBLIC_4),
        IpAddr::V6(_) => within(&[PUBLIC_6]) && !within(&NOT_PUBLIC_6),
    }
}

fn parsed<'l>(list: &'l [&'static str]) -> impl Iterator<Item = IpNet> + 'l {
    list.iter().filter_map(|text| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_of_the_tables_is_a_network() {
        for list in [&PRIVATE[..], &NOT_PUBLIC_4, &NOT_PUBLIC_6, &[PUBLIC_6]] {
            assert_eq!(parsed(list).count(), list.len());
        }
    }

    #[test]
    fn what_is_not_the_public_internet_is_known() {
        for text in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.254",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:93.184.216.34",
            "::ffff:0:127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b:1::7f00:1",
            "100::1",
            "2001::1",
            "2001:0:7f00:1::",
            "2001:10::1",
            "2001:20::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
        for text in [
            "93.184.216.34",
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700:4700::1111",
            "2a00:1450:4001::1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn the_setting_names_networks_addresses_or_private() {
        let read = |entries: &[&str]| {
            let entries: Vec<String> = entries.iter().map(|&entry| entry.to_owned()).collect();
            Allowed::read(&entries)
        };
        let allowed = read(&["private", "192.0.2.7"]).unwrap();
        for (text, expected) in [
            ("127.0.0.1", true),
            ("::1", true),
            ("10.9.8.7", true),
            ("192.0.2.7", true),
            ("192.0.2.8", false),
            ("169.254.169.254", false),
            ("::ffff:10.9.8.7", false),
        ] {
            assert_eq!(allowed.contains(text.parse().unwrap()), expected, "{text}");
        }
        assert_eq!(read(&["10.0.0.0/8", "all"]), Err("all".to_owned()));
        assert!(!read(&[]).unwrap().contains("127.0.0.1".parse().unwrap()));
    }
}
