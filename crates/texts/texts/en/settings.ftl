## Settings
card-organisation = Organisation
card-organisation-about = Its name, and the time zone whose midnight counts.
card-regions = Content regions
card-regions-about = Which countries see which content.
card-rules = Rules and safeguards
card-rules-about = When people are archived, and when a sync waits for you.
card-admins = Admins
card-admins-about = Who may see these pages.
card-issues = Open issues
card-issues-about = One for each cause, with what to do.
card-left-out = Left out of the sync
card-left-out-about = Employees whom every sync passes over.
card-import = Import people
card-import-about = Add or change people from a CSV file.
card-emails = Emails
card-emails-about = What each looks like, with a test to yourself.
card-outbox = Outbox
card-outbox-about = Mails that wait, were sent or could not be.
card-tokens = API tokens
card-tokens-about = For programs that read or change things here.
time-zone = Time zone
time-zone-hint = Such as Europe/Lisbon. People are archived and started at its midnight.
admins-help = Admins see all people of the organisation and can change everything here. Give or take the right when you edit a person; the last admin keeps it.
admins-add = Find a person to make an admin

## API tokens
token-made = Copy this token now
token-once = It is shown once and cannot be looked up again.
tokens-none = There are no tokens yet.
token-may = May
token-read = read
token-write = read and change
token-since = Made
token-revoked = Revoked
token-revoke = Revoke { $name }
token-new = Make a token
token-hint = What it is for, such as payroll.
token-read-only = It may only read

## Left out
left-out-help = Test accounts, contractors, whoever is kept here by hand: no sync touches them.
left-out-none = Nobody is left out.
allow-title = Allow somebody who was erased
allow-label = Email or HiBob ID
allow-hint = Of erased people only a mark is kept, so that HiBob does not bring them back. Take it away, and the next sync adds them anew.
allow-button = Allow again
allow-nobody = Nobody who was erased had this email or HiBob ID. Nothing was changed.
done-allowed = The next sync may add them again.
left-out-new = Leave somebody out
left-out-hint = For whoever wonders later.
let-in = Let in again

## Rules and safeguards
done-rules = They are saved. A changed rule takes part in the next sync; preview it first.
rules-leaving = Leaving
rules-archive-at = When somebody is archived
rules-end-of-day = When their last day is over
rules-start-of-day = When their last day begins
rules-missing = Archive people whom HiBob has not shown for this many syncs in a row
rules-missing-hint = Empty: never. Missing is not leaving.
rules-inactive = Inactive access in HiBob counts as leaving
rules-names = Names and groups
rules-preferred = Use the preferred first name
rules-keep-groups = Keep groups that were set here beside the department's
rules-safeguards = Safeguards
rules-safeguards-help = A sync that would do more than both numbers of a row stops before the first change and waits for you.
rules-numbers = Each of these is a whole number.
per-cent = Per cent
guard-archive = Archived by one sync, of the active people who are linked
guard-week = Archived within a week
guard-identity = Another email or HiBob ID
guard-approver = Another approver
guard-group = Another group
guard-added = Added by one sync, after the first
guard-missing = Missing from HiBob's answer

## Content regions
done-regions = The regions are saved, and everybody is where they belong.
regions-help = A person is in the region of their home country. Whose country is in no region is in the one of last resort.
regions-countries = All countries
countries = Countries
countries-help = Each country is in one region. Without a choice its people are in the region of last resort.
countries-hint = Codes of two letters, such as PT, ES. A country is in one region at most.
last-resort = last resort
regions-count = { $n } countries
region-new = Add a region
region-fallback = Last resort: for people whose country is in no region
region-delete = Delete this region
region-delete-help = Its people are in the region of last resort then.

mail-language = Language of mails
