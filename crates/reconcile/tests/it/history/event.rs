//! What can happen, and how likely it is.

use proptest::prelude::*;

/// Something that happens, in the HRIS or in the directory. Numbers choose who and what, modulo
/// how many there are.
#[derive(Clone, Debug)]
pub(crate) enum Event {
    Hire {
        name: u8,
        email: u8,
        start: i8,
        department: u8,
        manager: u8,
    },
    Leave {
        who: u8,
        terminated: bool,
        end: Option<i8>,
    },
    ComeBack {
        who: u8,
        start: Option<i8>,
    },
    Recreate {
        who: u8,
        rename: bool,
        start: i8,
    },
    Move {
        who: u8,
        department: u8,
    },
    RenameDepartment {
        id: u8,
        name: u8,
    },
    Retext {
        from: u8,
        to: u8,
    },
    Rename {
        who: u8,
        name: u8,
    },
    Readdress {
        who: u8,
        email: u8,
    },
    SwapEmails {
        who: Vec<u8>,
    },
    RespellEmail {
        who: u8,
    },
    Hole {
        who: u8,
        field: u8,
        kind: u8,
    },
    Fill {
        who: u8,
    },
    Manage {
        who: u8,
        manager: u8,
        how: u8,
    },
    Vanish {
        who: u8,
    },
    Reappear {
        who: u8,
    },
    Double {
        who: u8,
        differently: bool,
    },
    Access {
        who: u8,
        inactive: bool,
    },
    Word {
        who: u8,
        word: u8,
    },
    Country {
        who: u8,
        country: u8,
    },
    Start {
        who: u8,
        start: i8,
    },
    AddByHand {
        name: u8,
        email: u8,
        start: Option<i8>,
    },
    ArchiveByHand {
        who: u8,
    },
    RestoreByHand {
        who: u8,
    },
    EditByHand {
        who: u8,
        what: u8,
        value: u8,
    },
    Admin {
        who: u8,
        can_sign_in: bool,
    },
    GroupByHand {
        who: u8,
        name: u8,
    },
    ApproverByHand {
        who: u8,
        approver: u8,
    },
    Exclude {
        who: u8,
    },
    Include,
    Erase {
        who: u8,
    },
    Decline {
        who: u8,
    },
    Tomorrow {
        days: u8,
    },
    Midnight,
    Policy {
        what: u8,
        value: u8,
    },
}

/// What happens between two syncs, and so on.
pub(crate) fn histories() -> impl Strategy<Value = Vec<Vec<Event>>> {
    let hire = || {
        (0..16_u8, 0..6_u8, -9..3_i8, 0..7_u8, any::<u8>()).prop_map(
            |(name, email, start, department, manager)| Event::Hire {
                name,
                email,
                start,
                department,
                manager,
            },
        )
    };
    let event = prop_oneof![
        3 => hire(),
        30 => changes_in_the_hris(),
        15 => changes_by_hand(),
        6 => changes_of_time_and_policy(),
    ];
    let first = prop::collection::vec(hire(), 2..9);
    let later = prop::collection::vec(prop::collection::vec(event, 0..5), 1..6);
    (first, later).prop_map(|(first, later)| std::iter::once(first).chain(later).collect())
}

fn changes_in_the_hris() -> impl Strategy<Value = Event> {
    let who = 0..12_u8;
    let soon = || -4..4_i8;
    prop_oneof![
        4 => (who.clone(), any::<bool>(), prop::option::of(soon()))
            .prop_map(|(who, terminated, end)| Event::Leave { who, terminated, end }),
        2 => (who.clone(), prop::option::of(soon()))
            .prop_map(|(who, start)| Event::ComeBack { who, start }),
        3 => (who.clone(), any::<bool>(), soon())
            .prop_map(|(who, rename, start)| Event::Recreate { who, rename, start }),
        2 => (who.clone(), 0..7_u8).prop_map(|(who, department)| Event::Move { who, department }),
        1 => (0..4_u8, 0..4_u8).prop_map(|(id, name)| Event::RenameDepartment { id, name }),
        1 => (0..3_u8, 0..3_u8).prop_map(|(from, to)| Event::Retext { from, to }),
        1 => (who.clone(), 0..16_u8).prop_map(|(who, name)| Event::Rename { who, name }),
        3 => (who.clone(), 0..6_u8).prop_map(|(who, email)| Event::Readdress { who, email }),
        3 => prop::collection::vec(who.clone(), 2..4).prop_map(|who| Event::SwapEmails { who }),
        1 => who.clone().prop_map(|who| Event::RespellEmail { who }),
        4 => (who.clone(), 0..9_u8, 0..3_u8)
            .prop_map(|(who, field, kind)| Event::Hole { who, field, kind }),
        1 => who.clone().prop_map(|who| Event::Fill { who }),
        3 => (who.clone(), who.clone(), 0..6_u8)
            .prop_map(|(who, manager, how)| Event::Manage { who, manager, how }),
        2 => who.clone().prop_map(|who| Event::Vanish { who }),
        1 => who.clone().prop_map(|who| Event::Reappear { who }),
        1 => (who.clone(), any::<bool>())
            .prop_map(|(who, differently)| Event::Double { who, differently }),
        1 => (who.clone(), any::<bool>()).prop_map(|(who, inactive)| Event::Access { who, inactive }),
        2 => (who.clone(), 0..5_u8).prop_map(|(who, word)| Event::Word { who, word }),
        1 => (who.clone(), 0..4_u8).prop_map(|(who, country)| Event::Country { who, country }),
        2 => (who, soon()).prop_map(|(who, start)| Event::Start { who, start }),
    ]
}

fn changes_by_hand() -> impl Strategy<Value = Event> {
    let who = 0..12_u8;
    prop_oneof![
        3 => (0..16_u8, 0..6_u8, prop::option::of(-4..4_i8))
            .prop_map(|(name, email, start)| Event::AddByHand { name, email, start }),
        2 => who.clone().prop_map(|who| Event::ArchiveByHand { who }),
        1 => who.clone().prop_map(|who| Event::RestoreByHand { who }),
        2 => (who.clone(), 0..6_u8, any::<u8>())
            .prop_map(|(who, what, value)| Event::EditByHand { who, what, value }),
        3 => (who.clone(), prop::bool::weighted(0.8))
            .prop_map(|(who, can_sign_in)| Event::Admin { who, can_sign_in }),
        2 => (who.clone(), 0..4_u8).prop_map(|(who, name)| Event::GroupByHand { who, name }),
        2 => (who.clone(), who.clone())
            .prop_map(|(who, approver)| Event::ApproverByHand { who, approver }),
        1 => who.clone().prop_map(|who| Event::Exclude { who }),
        1 => Just(Event::Include),
        1 => who.clone().prop_map(|who| Event::Erase { who }),
        1 => who.prop_map(|who| Event::Decline { who }),
    ]
}

fn changes_of_time_and_policy() -> impl Strategy<Value = Event> {
    prop_oneof![
        3 => (1..4_u8).prop_map(|days| Event::Tomorrow { days }),
        1 => Just(Event::Midnight),
        2 => (0..5_u8, 0..3_u8).prop_map(|(what, value)| Event::Policy { what, value }),
    ]
}
