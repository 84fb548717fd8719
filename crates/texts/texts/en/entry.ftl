## Signing in
sign-in = Sign in
email = Email
password = Password
password-hint = At least 12 characters. Longer is better than harder.
sign-in-sent = If somebody with this email can sign in here, a link is on its way. It works once, for 15 minutes.
sign-in-lost = Your session has ended, so what you sent was not saved. Sign in, and you are back on the page.
sign-in-no-password = No password, or forgotten?
sign-in-link-help = We send you a link that signs you in once.
sign-in-send-link = Send me a link
sign-in-too-often = There were too many tries, so this one was not looked at. Try again after { $until }, or let us send you a link below.
choose-organisation = Where do you want to go?
choose-organisation-help = Your email and password are known in several organisations.
code = Enter your code
code-label = Code
code-hint = Six digits from your authenticator app. If you have lost it, one of your recovery codes.
link-again = Ask for a new link
link-once = This link signs you in once.
welcome = Welcome
welcome-help = Choose a password, and you are in.
welcome-join = Join

## Signing out
sign-out-here = Sign out here
sign-out-everywhere = Sign out everywhere
sessions = Where you are signed in
device-unknown = An unknown device
session-seen = last used { $when }

## One's own pages
own-hello = Hello { $name }
own-record = Your record
own-budget = Your budget
own-no-budget = You have no budget at the moment.
own-content = For you to learn from
own-no-content = There is nothing for your content region yet.
own-no-region = We do not know your country yet. Your HR team can add it in the HR system.
name = Name
groups = Groups
approvers = Approvers
content-region = Content region
none-yet = None yet
budget-of-amount = of { $amount }
budget-frozen = frozen

## My settings
me = My settings
me-language = Language
me-language-browser = As the browser asks for
me-rows = Rows in a list
me-keys = Single keys do something, such as / for the search
me-keys-list = On any page of the Admin Hub, press ? for the list.
me-second = Second factor
me-password = Password
me-password-now = Password so far
me-password-new = New password
me-password-button = Change password
me-password-help = You are signed out everywhere then, and sign in with the new one.
done-password = Your password is changed. Sign in with it.
me-second-help = Besides your password, signing in asks for a code from an app on your phone.
me-second-on = It is on.
me-second-off = It is off.
me-second-begin = Turn it on
me-second-remove = Turn it off
me-second-title = Turn the second factor on
me-second-scan = 1. Scan this with an authenticator app, or type the key into it.
me-second-key = Key
me-second-enter = 2. Enter the code that the app shows.
me-second-confirm = Confirm
me-second-qr = QR code for an authenticator app
me-recovery-title = Keep these codes
me-recovery-help = Each signs you in once if you lose the app. They are shown only now: print them or put them into a password manager.
me-recovery-done = I have kept them

## First use
first-use = Nobody can sign in yet
first-use-help = This installation has no organisation. Whoever runs it makes one and its first admin on the command line; the second command prints a link that signs in once:
