## Bulk actions
job-budgets = Add budgets
job-invitations = Send invitations
job-archive = Archive people
job-restore = Bring people back
continue = Continue
change = Change
applying = Working on it, some seconds where it is about many…
starting = Starting…
may-leave = You can leave this page; it goes on.
and-others = and { $n } more
budgets-title = Add budgets to { $n ->
    [one] 1 person
   *[other] { $n } people
}
budgets-help = Whoever has a budget for this time already, or is archived, is left out and named before you decide. No emails are sent.
budget-amount = Amount for each
budget-currency = Currency
budget-from = From
budget-until = Until
budget-spendable = May be spent from
budget-pro-rata = Whoever starts within this time gets their part of it, by days
check-budgets = { $n ->
    [one] 1 person gets a budget:
   *[other] { $n } people get a budget:
}
check-invitations = { $n ->
    [one] 1 person gets an email with a link that works once, for 14 days.
   *[other] { $n } people each get an email with a link that works once, for 14 days.
} Invitations cannot be taken back.
check-archive = { $n ->
    [one] 1 person is archived: they cannot sign in any more, and their budget is frozen.
   *[other] { $n } people are archived: they cannot sign in any more, and their budgets are frozen.
}
check-restore = { $n ->
    [one] 1 person is brought back.
   *[other] { $n } people are brought back.
} No invitations are sent.
check-cost = In all that is { $amount }.
check-examples = For example
check-left-out = { $n ->
    [one] 1 person is left out
   *[other] { $n } people are left out
}
check-again = Also people who were invited and have not joined; their old links stop working
check-keep = Keep them also where HiBob says that they have left: HiBob no longer decides about them
check-count-again = Count again
check-mail = The mail
check-mail-look = Look at it
send-test = Send me a test
start-budgets = Add budgets to { $n ->
    [one] 1 person
   *[other] { $n } people
}
start-invitations = Send { $n ->
    [one] 1 invitation
   *[other] { $n } invitations
}
start-archive = Archive { $n ->
    [one] 1 person
   *[other] { $n } people
}
start-restore = Bring back { $n ->
    [one] 1 person
   *[other] { $n } people
}
job-draft = Nothing has been done yet.
job-going = { $done } of { $total } done
no-mail-server = No mail server is set, so mails wait in the [outbox] until whoever runs Rollcall sets one; invitation links can be copied from there.
job-stop = Stop
job-stop-help = Whoever has had their turn keeps what they got; nobody else gets anything.
job-stopped = Then it was stopped: { $n ->
    [one] 1 person had no turn.
   *[other] { $n } people had no turn.
}
job-failed = It could not go on
job-done-budgets = Done: { $n ->
    [one] 1 person has a budget.
   *[other] { $n } people have a budget.
}
job-done-invitations = Done: { $n ->
    [one] 1 invitation is on its way.
   *[other] { $n } invitations are on their way.
}
job-done-archive = Done: { $n ->
    [one] 1 person is archived.
   *[other] { $n } people are archived.
}
job-done-restore = Done: { $n ->
    [one] 1 person is back.
   *[other] { $n } people are back.
}
take-back = Take them back
take-back-help = As long as nobody has spent any of it, all of these budgets can be taken back.
take-back-button = Take back { $n ->
    [one] 1 budget
   *[other] { $n } budgets
}
taken-back = These budgets were taken back.
done-taken-back = The budgets are taken back.

## Budgets
budgets-none = No budgets yet.
budgets-add = Add budgets to everybody without one
budgets-recent = Bulk actions so far
budgets-currency = Currency
budgets-people = People with a budget
budgets-given = Given
budgets-left = Left
budgets-started = Started
budgets-what = What
budgets-about = People
budgets-state = State
job-state-queued = Waiting
job-state-running = Going
job-state-finished = Done
job-state-failed = Could not go on
job-state-stopped = Stopped
