## One person
admin = Admin
edit = Edit
add-budget = Add a budget
send-invitation = Send invitation
send-invitation-again = Send invitation again
archived-on = Archived
archived-by = by
archived-again = HiBob says that they have left, so the next sync would archive them again. Bring them back and keep them, if that is meant.
record = Record
from-hibob = From HiBob
set-here = Set here
approves-for = Approves for { $n ->
    [one] 1 person
   *[other] { $n } people
}
country = Country
first-day = First day
last-day = Last day
not-known = Not known
hibob-id = HiBob ID
not-linked = Not linked
stop-syncing = Stop syncing
match = Match to a HiBob record
match-other = Match to another HiBob record
managed-hint = What comes from HiBob can be edited here, and the next sync overwrites it. Edit it in HiBob for good.
ledger = Ledger
when = When
amount = Amount
amount-in = Amount, { $currency }
note = Note
top-up = Top up
deduct = Deduct
thaw = Let it be spent again
return-budget = Return what is left
remove-budget = Remove the budget
no-budget = No budget.
history = History
by-a-sync = by a sync
erase-title = Erase for good
erase-help = Deletes the personal data of this person, and keeps HiBob from bringing them back.
erase = Erase this person

## Adding and editing
edit-title = Edit { $name }
add-person-button = Add person
country-hint = A name or a code such as PT.
admin-rights = Admin rights
link-title = Match { $name } to a HiBob record
link-help = From the next sync on HiBob decides about them. You find the ID in HiBob in the address of the employee's profile.

## Questions
ask-archive-title = Archive { $name }?
ask-archive-button = Archive { $name }
ask-archive-1 = They cannot sign in any more, and their sessions and links end at once. What is left of their budget is frozen.
ask-archive-2 = An archive by hand stands against HiBob: no sync brings them back, only you.
ask-restore-title = Bring back { $name }?
ask-restore-button = Bring back { $name }
ask-restore-1 = They are active again and can be invited. Nobody is mailed.
ask-restore-keep = Keep them here whatever HiBob says: otherwise the next sync archives them again if they have left there
ask-erase-title = Erase { $name } for good?
ask-erase-button = Erase { $name } for good
ask-erase-1 = Their record, history and mails are deleted. Numbers of past syncs and amounts of the ledger stay. This cannot be undone.
ask-erase-2 = HiBob does not bring them back until you allow it.
ask-unlink-title = Stop syncing { $name }?
ask-unlink-button = Stop syncing { $name }
ask-unlink-1 = They stay as they are, and HiBob no longer decides about them. Group and approver become yours to change.
ask-unlink-2 = You can match them to HiBob again at any time.

## Why somebody stands as they do
why-title = Why { $name } stands as they do
check-label = Email or HiBob ID
check-button = Check
check-nobody = HiBob has not shown anybody with this email or ID
check-nobody-mend = Look in HiBob whether the person is there, whether the email is the work email, and whether the permission group of the service user includes them. Then start a sync.
check-seen = Seen in HiBob
check-seen-mend = the service user does not see them
check-not-of-hris = they were added by hand, and HiBob does not know them
check-in-rules = Inside the rules
check-complete = Has what is needed
check-here = Here
last-outcome = The last sync came to:
not-decided = HiBob does not decide about them.
open-that-sync = Open that sync
rules-applied = The rules that applied
seen-last = As HiBob showed them last
seen-id = HiBob ID
seen-first_name = First name
seen-surname = Surname
seen-display_name = Display name
seen-email = Email
seen-start_date = First day
seen-end_date = Last day
seen-lifecycle = Lifecycle status
seen-access = Access
seen-manager = Line manager
seen-department = Department
seen-country = Country

## Another email of an admin
email-held-title = HiBob has another email for this admin
email-held = Links that sign in still go to { $old }, until an admin confirms the new address. If nobody of you wanted the change, take the admin rights away and look who changed the record in HiBob.
email-confirm = The new address is right
done-email-confirmed = The new address is confirmed.
