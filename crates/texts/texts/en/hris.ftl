## The connection
hris = HRIS Integration
connect = Connect
manage = Manage
pause = Pause daily sync
resume = Resume daily sync
disconnect = Disconnect HiBob
disconnect-title = Disconnect HiBob?
disconnect-1 = People, budgets and history stay as they are. The daily sync stops, and the token is erased.
disconnect-2 = Who is matched to whom is kept, so that you can connect again.
disconnect-keep = Go on archiving people when their known last day is over
connection-facts = Connection
connected-since = Connected
none-planned = None planned
last-syncs = Last syncs
schedule = Schedule
schedule-time = Time, UTC
schedule-days = Days
schedule-save = Save schedule
every-day = Every day
weekdays = Monday to Friday
webhooks = Webhooks
webhooks-help = HiBob can tell us at once when somebody changes. Create a webhook in HiBob with the address above, and enter its secret here.
webhooks-on = A secret is set.
webhooks-off = No secret is set yet, so nothing that comes is taken.
webhook-address = Address for webhooks
webhook-secret = Secret of the webhook
webhook-save = Save secret
issues = Open issues
issues-none = Nothing is open.
issues-snoozed = { $n ->
    [one] 1 more is out of the way
   *[other] { $n } more are out of the way
}
since = Since
last-seen = last seen
until = until
show-people = { $n ->
    [one] show 1 person
   *[other] show { $n } people
}
snooze = Out of the way for 7 days
wake = Bring it back
out-of-the-way = Out of the way
failed-work = Could not be done
failed-work-help = These were tried several times. Mend the reason, then try them again.
try-again = Try again
task-run = A sync
task-midnight = The midnight pass
task-job = A bulk action
task-mail = A mail
task-webhook = A change that HiBob told us of

## Connecting
connect-title = Connect your HR system
connect-before = You need a HiBob admin for about 10 minutes. [Before you get started]
connect-hibob-how = With the ID and token of a service user.
connect-csv = CSV import
connect-csv-how = Add or change people from a file.
connect-hibob-title = Connect HiBob
connect-button = Connect and start syncing
connect-preview = Check and preview first
replace-title = Replace token
replace-button = Replace the token
replace-help = The old token stays until the new one has passed. Nobody loses their link to HiBob.
checking = Checking…
show = Show
service-user-id = Service User ID
token = Token
accept-lifecycle = Connect without lifecycle: nobody is archived by HiBob then
connect-id-missing = Enter the Service User ID that HiBob shows; nothing was saved.
connect-token-missing = Enter the token that HiBob shows; nothing was saved.
connect-swapped = This looks like the token, and the other field like the ID: HiBob's IDs begin with SERVICE-. Nothing was saved.
connect-token-spaces = The token has spaces in it, so it was not copied as a whole; nothing was saved.
connect-too-often = You have tried often within a few minutes, and HiBob may block us after many failed tries. Wait ten minutes, then create a fresh token.
check-title = What HiBob shows us
check-seen-people = { $people } people, { $left } of them have left.
check-pass = Pass
check-needs-fix = Needs a fix
check-optional = Optional
in-hibob = In HiBob
guide-1 = System settings > Integrations > Service users > Manage > Create service user. Keep its ID and token.
guide-2 = Settings > Permission groups > Create group, with Rollcall in its name. Add the service user as member through Add specific employees, and delete the default condition.
guide-3 = People's data > Edit permissions: view selected employees' Root, About, Work, Employment, Lifecycle and Address. Home is in HiBob's own guides; we do not read it.
guide-4 = Whose data: everybody, with all lifecycle statuses, also Terminated. Else nobody could be archived.
guide-not-read = We do not read salary, bank details or home streets: of the address only the country.
send-steps = Somebody else has access to HiBob?
send-help = Send them a link with the HiBob side of the steps. It works for 7 days, shows nothing of ours, and they enter ID and token themselves, so that the secret is never mailed.
send-make = Make a link for your HiBob admin
send-link = Copy this link and send it to your HiBob admin. It works once, for 7 days, and is shown only now.
outside-help = You were asked to connect HiBob to the learning hub of { $organisation }. Do the steps in HiBob, then enter the ID and token here. You see nothing of the people there.
outside-thanks = HiBob is connected. You can close this page; the admins of the learning hub see the first sync.
