## How a sync stands
run-queued = Waiting to begin
run-fetching = Reading from HiBob
run-planning = Comparing people
run-applying = Saving changes
run-held = On hold, nothing changed
run-preview-ready = Preview ready, nothing changed
run-finished = Finished
run-problems = Finished with problems
run-failed = Failed, nothing changed
run-rejected = Rejected, nothing changed
run-stopped = Stopped, nothing changed
sort-preview = Preview
sort-schedule = Daily
sort-connect = First sync
sort-timer = Midnight
sort-webhook = Webhook
sort-api = API
sort-cli = Command line
sort-csv = CSV file
sort-csv-preview = Preview of a CSV file
sort-manual = Manual

## All syncs
history-type = Type
history-result = Result
history-started = Started
history-took = Took
history-none = No syncs yet. [Connect HiBob].
history-no-match = No sync matches. [Show all].
history-missing = No sync was made on this day, though one was due. Rollcall was not running, or HiBob could not be reached.
history-newest = Newest
history-older = Older

## One sync
run-started = Started
run-ended = ended
run-as-of = for { $day }
run-stop = Stop
run-undone = This sync was undone
step-read = Read people from HiBob
step-compare = Compare them with the people here
step-save = Save the changes
step-write-preview = Write the preview
step-is-done = done
step-is-going = going on
step-waits = waiting for its turn
step-comes = not started
tile-added = Added
tile-updated = Updated
tile-archived = Archived
tile-restored = Brought back
tile-skipped = Skipped
tile-upcoming = Starting later
tile-out-of-scope = Out of scope
tile-unchanged = No change
tab-all = All changes
tab-add = Add
tab-update = Update
tab-archive = Archive
tab-restore = Bring back
tab-skipped = Skipped and flagged
preview-sentence = If you start now:
preview-nothing = No emails are sent, and no budgets change.
preview-over = This preview is more than a day old. Make a new one to start from it.
preview-nothing-changes = Nothing would change: everybody here matches HiBob.
sentence-added = { $n ->
    [one] 1 person is added
   *[other] { $n } people are added
}
sentence-updated = { $n } updated
sentence-archived = { $n } archived
sentence-restored = { $n } brought back
sentence-skipped = { $n ->
    [one] 1 is skipped.
   *[other] { $n } are skipped.
}
sentence-unchanged = { $n ->
    [one] 1 stays the same.
   *[other] { $n } stay the same.
}
employees-read = { $n ->
    [one] 1 employee was read, and counts in exactly one of these.
   *[other] { $n } employees were read, and each counts in exactly one of these.
}
start-syncing = Start syncing
start-title = Start the sync
start-help = HiBob is read again first. If the plan is another one by then, nothing is changed and you see the new one.
start-button = Change { $n ->
    [one] 1 person
   *[other] { $n } people
} as shown
held-title = This sync waits for you. Nothing has been changed.
would-be-held = A sync with this plan would be held for your review.
held-help = If it is right, approve it: HiBob is read again first, and nothing else than what you see here is done. If it is a mistake in HiBob, reject it and mend it there.
held-sentence = If you approve:
rejected-sentence = This would have been done:
skipped-help = What the syncs so far have found and nothing has settled since. Whoever is mended in HiBob goes from here with the next sync.
typed-label = Type { $n }
typed-wrong = Type { $n } to say that you have seen how many it is. Nothing has been changed.
done-still-held = HiBob says the same as before, so this is still what waits for you.
answers-stand = { $n ->
    [one] Your answer about 1 person stands: no sync asks about them again until HiBob says something else of them.
   *[other] Your answers about { $n } people stand: no sync asks about them again until HiBob says something else of them.
}
ask-again = Let the next sync ask again
done-ask-again = The next sync asks again.
above-limit = This is above what passes without a look
all-fields = All fields
preview-rules = By which rules
preview-rules-help = The schedule, the rules for leaving, the limits and the regions of countries are settings. Change them and build the preview again; a preview that is started after a change shows the new plan and applies nothing.
preview-again = Build preview again
out-of-scope-help = HiBob tells us of these employees, and there is nothing to do: they left before they were ever here, or an admin left them out. The list is that of the last sync; who was erased is not known any more.
out-of-scope-none = Nobody is out of scope.
approve-archiving = Archive { $n ->
    [one] 1 person
   *[other] { $n } people
} and apply the rest
approve-all = Apply all of it
approve-without = Do everything except the archiving
reject = Reject this sync
reasons = Reasons
all-reasons = All reasons
nobody-skipped = Nobody was skipped or flagged.
nobody-changed = Nobody is changed by it.
sync-these = Sync these again
copy-list = List for your HR team
person = Person
why = Why
what = What
fields = Fields
field = Field
before = Before
after = After
changes = Changes
seen-in-hibob = Seen in HiBob
what-to-do = What to do
open-namesake = Open the one who is here
add-by-hand = Add by hand
leave-out = Leave out from now on
search-in-run = Search in this sync
undo-title = Undo
undo-help = Whoever was changed again since then stays as they are, and is named. The daily sync is paused, because the next one would do it again unless HiBob is mended.
undo-sync = Undo this sync
undo-person = Undo this for the person
done-undone-one = It is undone for this person.
not-undone = These stay as they are
open-person = Open the person
why-so = Why is it so?
sync-person = Sync this person now
cancel-connection = Cancel: erase this connection
cancel-connection-help = Nothing was stored of the people in HiBob. You can connect again at any time.
read-so-far = { $n ->
    [one] 1 person read so far
   *[other] { $n } people read so far
}
read-of = { $read } people read so far; the last sync read { $before }.
hibob-asks-to-wait = HiBob asked us to wait until
