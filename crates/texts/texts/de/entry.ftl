## Anmelden
sign-in = Anmelden
email = E-Mail
password = Passwort
password-hint = Mindestens 12 Zeichen. Länger ist besser als schwieriger.
sign-in-sent = Wenn sich hier jemand mit dieser E-Mail anmelden kann, ist ein Link unterwegs. Er gilt einmal und 15 Minuten lang.
sign-in-lost = Ihre Sitzung ist abgelaufen, daher wurde nicht gespeichert, was Sie geschickt haben. Melden Sie sich an, und Sie sind wieder auf der Seite.
sign-in-no-password = Kein Passwort, oder vergessen?
sign-in-link-help = Wir schicken Ihnen einen Link, der Sie einmal anmeldet.
sign-in-send-link = Link schicken
sign-in-too-often = Es waren zu viele Versuche, daher wurde dieser nicht angesehen. Versuchen Sie es nach { $until } erneut, oder lassen Sie sich unten einen Link schicken.
choose-organisation = Wohin möchten Sie?
choose-organisation-help = Ihre E-Mail und Ihr Passwort gelten in mehreren Organisationen.
code = Code eingeben
code-label = Code
code-hint = Sechs Ziffern aus Ihrer Authenticator-App. Wenn Sie sie verloren haben, einer Ihrer Wiederherstellungscodes.
link-again = Neuen Link anfordern
link-once = Dieser Link meldet Sie einmal an.
welcome = Willkommen
welcome-help = Wählen Sie ein Passwort, und Sie sind dabei.
welcome-join = Beitreten

## Abmelden
sign-out-here = Hier abmelden
sign-out-everywhere = Überall abmelden
sessions = Wo Sie angemeldet sind
device-unknown = Ein unbekanntes Gerät
session-seen = zuletzt benutzt { $when }

## Die eigenen Seiten
own-hello = Hallo { $name }
own-record = Ihre Daten
own-budget = Ihr Budget
own-no-budget = Sie haben im Moment kein Budget.
own-content = Für Sie zum Lernen
own-no-content = Für Ihre Inhaltsregion gibt es noch nichts.
own-no-region = Wir kennen Ihr Land noch nicht. Ihr HR-Team kann es im HR-System eintragen.
name = Name
groups = Gruppen
approvers = Genehmigende
content-region = Inhaltsregion
none-yet = Noch keine Angabe
budget-of-amount = von { $amount }
budget-frozen = eingefroren

## Meine Einstellungen
me = Meine Einstellungen
me-language = Sprache
me-language-browser = Wie vom Browser gewünscht
me-rows = Zeilen in einer Liste
me-keys = Einzelne Tasten tun etwas, etwa / für die Suche
me-keys-list = Drücken Sie auf einer Seite des Admin Hub ? für die Liste.
me-second = Zweiter Faktor
me-password = Passwort
me-password-now = Bisheriges Passwort
me-password-new = Neues Passwort
me-password-button = Passwort ändern
me-password-help = Sie werden danach überall abgemeldet und melden sich mit dem neuen an.
done-password = Ihr Passwort ist geändert. Melden Sie sich damit an.
me-second-help = Außer dem Passwort verlangt die Anmeldung einen Code aus einer App auf Ihrem Telefon.
me-second-on = Er ist eingeschaltet.
me-second-off = Er ist ausgeschaltet.
me-second-begin = Einschalten
me-second-remove = Ausschalten
me-second-title = Zweiten Faktor einschalten
me-second-scan = 1. Scannen Sie das mit einer Authenticator-App, oder tippen Sie den Schlüssel darin ein.
me-second-key = Schlüssel
me-second-enter = 2. Geben Sie den Code ein, den die App zeigt.
me-second-confirm = Bestätigen
me-second-qr = QR-Code für eine Authenticator-App
me-recovery-title = Bewahren Sie diese Codes auf
me-recovery-help = Jeder meldet Sie einmal an, wenn Sie die App verlieren. Sie werden nur jetzt gezeigt: Drucken Sie sie aus, oder legen Sie sie in einen Passwortmanager.
me-recovery-done = Ich habe sie aufbewahrt

## Erste Schritte
first-use = Noch kann sich niemand anmelden
first-use-help = Diese Installation hat noch keine Organisation. Wer sie betreibt, legt sie und den ersten Admin auf der Kommandozeile an; der zweite Befehl gibt einen Link aus, der einmal anmeldet:
