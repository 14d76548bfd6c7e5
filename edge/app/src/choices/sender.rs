//! Names of senders, under which a location counts what each writes in a day.
//!
//! Invariant: no address leaves here. What does is a keyed hash of it, another one each day, that nobody without the key of the
//! deployment can make or read back.

use core::net::{IpAddr, Ipv6Addr};

use hmac::Mac;
use seoga_text::base64url;
use seoga_text::day::Day;

use crate::choices::query_id::signature;
use crate::config::Key;

/// Begins what is hashed; a query id begins otherwise.
const CONTEXT: &[u8] = b"sender";
/// Bytes of the hash that make the name.
const NAME_BYTES: usize = 16;
/// Segments of an IPv6 address that one customer of a provider has: a /64.
const OWN_SEGMENTS: usize = 4;

/// Names the sender of an address for a day; `None` for what is no address.
pub(crate) fn name(address: &str, day: Day, key: &Key) -> Option<String> {
    let mut hashed = CONTEXT.to_vec();
    hashed.extend(day.0.to_be_bytes());
    match address.parse::<IpAddr>().ok()?.to_canonical() {
        IpAddr::V4(address) => hashed.extend(address.octets()),
        IpAddr::V6(address) => hashed.extend(network(address).octets()),
    }
    let hash = signature(key, &hashed)?.finalize().into_bytes();
    Some(base64url::encode(hash.get(..NAME_BYTES)?))
}

/// Cuts an address to the network that is one sender's.
fn network(address: Ipv6Addr) -> Ipv6Addr {
    let mut segments = address.segments();
    segments.iter_mut().skip(OWN_SEGMENTS).for_each(|segment| *segment = 0);
    segments.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(address: &str) -> Option<String> {
        name(address, Day(20_000), &Key::development())
    }

    #[test]
    fn a_sender_is_an_address_or_a_network_of_one_customer() {
        let one = of("2001:db8:1:2::1").unwrap();
        assert_eq!(of("2001:db8:1:2:ffff:ffff:ffff:ffff").unwrap(), one);
        assert_ne!(of("2001:db8:1:3::1").unwrap(), one);
        assert_eq!(of("::ffff:192.0.2.7"), of("192.0.2.7"), "one address in two forms");
        assert_ne!(of("192.0.2.7"), of("192.0.2.8"));
        for no_address in ["", "unknown", "192.0.2", "192.0.2.7, 198.51.100.1", "192.0.2.7:443"] {
            assert_eq!(of(no_address), None, "{no_address}");
        }
    }

    #[test]
    fn a_name_is_of_one_day_and_of_one_key() {
        let today = of("192.0.2.7").unwrap();
        assert_eq!((today.len(), of("192.0.2.7").unwrap()), (22, today.clone()));
        assert_ne!(name("192.0.2.7", Day(20_001), &Key::development()).unwrap(), today);
        let other = Key { id: 1, secret: vec![b'k'; 32] };
        assert_ne!(name("192.0.2.7", Day(20_000), &other).unwrap(), today);
    }

    proptest! {
        #[test]
        fn any_text_is_read_without_panic(address: String) {
            let _ = of(&address);
        }
    }
}
