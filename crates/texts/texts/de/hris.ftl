## Die Verbindung
hris = HR-System
connect = Verbinden
manage = Verwalten
pause = Täglichen Abgleich pausieren
resume = Täglichen Abgleich fortsetzen
disconnect = HiBob trennen
disconnect-title = HiBob trennen?
disconnect-1 = Personen, Budgets und Verlauf bleiben, wie sie sind. Der tägliche Abgleich endet, und der Token wird gelöscht.
disconnect-2 = Wer mit wem verknüpft ist, bleibt gespeichert, damit Sie wieder verbinden können.
disconnect-keep = Personen weiterhin archivieren, wenn ihr bekannter letzter Tag vorbei ist
connection-facts = Verbindung
connected-since = Verbunden seit
none-planned = Keiner geplant
last-syncs = Letzte Abgleiche
schedule = Zeitplan
schedule-time = Uhrzeit, UTC
schedule-days = Tage
schedule-save = Zeitplan speichern
every-day = Jeden Tag
weekdays = Montag bis Freitag
webhooks = Webhooks
webhooks-help = HiBob kann uns sofort sagen, wenn sich jemand ändert. Erstellen Sie in HiBob einen Webhook mit der Adresse oben, und geben Sie hier sein Geheimnis ein.
webhooks-on = Ein Geheimnis ist gesetzt.
webhooks-off = Noch ist kein Geheimnis gesetzt, daher wird nichts angenommen, was kommt.
webhook-address = Adresse für Webhooks
webhook-secret = Geheimnis des Webhooks
webhook-save = Geheimnis speichern
issues = Offene Probleme
issues-none = Nichts ist offen.
issues-snoozed = { $n ->
    [one] 1 weiteres ist ausgeblendet
   *[other] { $n } weitere sind ausgeblendet
}
since = Seit
last-seen = zuletzt gesehen
until = bis
show-people = { $n ->
    [one] 1 Person zeigen
   *[other] { $n } Personen zeigen
}
snooze = Für 7 Tage ausblenden
wake = Wieder einblenden
out-of-the-way = Ausgeblendet
failed-work = Ließ sich nicht erledigen
failed-work-help = Das wurde mehrmals versucht. Beheben Sie den Grund, und versuchen Sie es dann noch einmal.
try-again = Erneut versuchen
task-run = Ein Abgleich
task-midnight = Der Mitternachtslauf
task-job = Eine Sammelaktion
task-mail = Eine Mail
task-webhook = Eine Änderung, die HiBob gemeldet hat

## Verbinden
connect-title = Ihr HR-System verbinden
connect-before = Sie brauchen etwa 10 Minuten lang einen HiBob-Admin. [Bevor Sie beginnen]
connect-hibob-how = Mit der ID und dem Token eines Service-Users.
connect-csv = CSV-Import
connect-csv-how = Personen aus einer Datei hinzufügen oder ändern.
connect-hibob-title = HiBob verbinden
connect-button = Verbinden und Abgleich starten
connect-preview = Erst prüfen und Vorschau ansehen
replace-title = Token ersetzen
replace-button = Den Token ersetzen
replace-help = Der alte Token bleibt, bis der neue die Prüfung bestanden hat. Niemand verliert die Verknüpfung mit HiBob.
checking = Prüft …
show = Zeigen
service-user-id = ID des Service-Users
token = Token
accept-lifecycle = Ohne Lifecycle verbinden: HiBob archiviert dann niemanden
connect-id-missing = Geben Sie die ID des Service-Users ein, die HiBob zeigt; es wurde nichts gespeichert.
connect-token-missing = Geben Sie den Token ein, den HiBob zeigt; es wurde nichts gespeichert.
connect-swapped = Das sieht aus wie der Token und das andere Feld wie die ID: IDs von HiBob beginnen mit SERVICE-. Es wurde nichts gespeichert.
connect-token-spaces = Der Token enthält Leerzeichen, wurde also nicht als Ganzes kopiert; es wurde nichts gespeichert.
connect-too-often = Sie haben es in wenigen Minuten oft versucht, und nach vielen Fehlversuchen könnte HiBob uns sperren. Warten Sie zehn Minuten, und erstellen Sie dann einen neuen Token.
check-title = Was HiBob uns zeigt
check-seen-people = { $people } Personen, davon { $left } ausgeschieden.
check-pass = In Ordnung
check-needs-fix = Zu beheben
check-optional = Freiwillig
in-hibob = In HiBob
guide-1 = System settings > Integrations > Service users > Manage > Create service user. Bewahren Sie ID und Token auf.
guide-2 = Settings > Permission groups > Create group, mit Rollcall im Namen. Nehmen Sie den Service-User über Add specific employees als Mitglied auf, und löschen Sie die voreingestellte Bedingung.
guide-3 = People's data > Edit permissions: „View selected employees'“ für Root, About, Work, Employment, Lifecycle und Address. Home steht in den Anleitungen von HiBob; wir lesen es nicht.
guide-4 = Wessen Daten: alle, mit jedem Lifecycle-Status, auch Terminated. Sonst könnte niemand archiviert werden.
guide-not-read = Wir lesen weder Gehalt noch Bankverbindung noch private Straßen: von der Adresse nur das Land.
send-steps = Hat jemand anderes Zugang zu HiBob?
send-help = Schicken Sie der Person einen Link mit den Schritten in HiBob. Er gilt 7 Tage, zeigt nichts von uns, und sie gibt ID und Token selbst ein, damit das Geheimnis nie in einer Mail steht.
send-make = Link für Ihren HiBob-Admin erstellen
send-link = Kopieren Sie diesen Link, und schicken Sie ihn Ihrem HiBob-Admin. Er gilt einmal, 7 Tage lang, und wird nur jetzt gezeigt.
outside-help = Sie wurden gebeten, HiBob mit der Lernplattform von { $organisation } zu verbinden. Machen Sie die Schritte in HiBob, und geben Sie dann hier ID und Token ein. Von den Personen dort sehen Sie nichts.
outside-thanks = HiBob ist verbunden. Sie können diese Seite schließen; die Admins der Lernplattform sehen den ersten Abgleich.
