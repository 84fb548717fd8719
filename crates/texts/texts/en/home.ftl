## What needs the admin first
set-up = Set up
step-connect = Connect your HR system
step-skipped = See who was skipped
step-budgets = Add budgets
step-invitations = Send invitations
step-done = Done
step-open = Not started
step-later = After the first sync
needs = Needs you
needs-nothing = Nothing needs you today.
need-held = { $n ->
    [one] sync waits for your review
   *[other] syncs wait for your review
}
need-held-act = Review it
need-skipped = { $n ->
    [one] person is skipped
   *[other] people are skipped
}
need-skipped-act = See who and why
need-failed = { $n ->
    [one] thing could not be done by itself
   *[other] things could not be done by themselves
}
need-failed-act = See what
need-attention = { $n ->
    [one] person needs attention
   *[other] people need attention
}
need-attention-act = See who
need-budget = { $n ->
    [one] learner has no budget
   *[other] learners have no budget
}
need-invitation = { $n ->
    [one] learner has not been invited
   *[other] learners have not been invited
}
last-sync = Last sync
next-sync = Next sync
no-sync-yet = There has been no sync yet.
sync-now = Sync now
preview-changes = Preview changes
active-people = active people
could-not-count = We could not count them just now.
count-added = { $n } added
count-updated = { $n } updated
count-archived = { $n } archived
count-skipped = { $n } skipped
search-label = Name or email
daily-paused = The daily sync is paused. [Resume it].
