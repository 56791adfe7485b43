//! The algebra of packet sets agrees with enumeration.

use sekisho::reach::packets::PacketSet;

#[test]
fn nothing_and_everything() {
    assert!(PacketSet::none().is_empty() && PacketSet::none().sample().is_none());
    let any = PacketSet::any();
    assert!(any.sample().is_some_and(|it| any.contains(&it)));
    assert!(any.difference(&any).is_empty() && any != PacketSet::none());
}
