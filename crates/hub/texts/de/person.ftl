## Eine Person
admin = Admin
edit = Bearbeiten
add-budget = Budget hinzufügen
send-invitation = Einladung verschicken
send-invitation-again = Einladung erneut verschicken
archived-on = Archiviert am
archived-by = durch
archived-again = Laut HiBob ist die Person ausgeschieden, daher würde der nächste Abgleich sie wieder archivieren. Holen Sie sie zurück, und behalten Sie sie, wenn das so gemeint ist.
record = Daten
from-hibob = Aus HiBob
set-here = Hier gesetzt
approves-for = Genehmigt für { $n ->
    [one] 1 Person
   *[other] { $n } Personen
}
country = Land
first-day = Erster Tag
last-day = Letzter Tag
not-known = Nicht bekannt
hibob-id = HiBob-ID
not-linked = Nicht verknüpft
stop-syncing = Nicht mehr abgleichen
match = Mit einem HiBob-Datensatz verknüpfen
match-other = Mit einem anderen HiBob-Datensatz verknüpfen
managed-hint = Was aus HiBob kommt, können Sie hier bearbeiten, und der nächste Abgleich überschreibt es. Ändern Sie es auf Dauer in HiBob.
ledger = Buchungen
when = Wann
amount = Betrag
amount-in = Betrag, { $currency }
note = Notiz
top-up = Aufstocken
deduct = Abziehen
thaw = Wieder zum Ausgeben freigeben
return-budget = Rest zurückgeben
remove-budget = Budget entfernen
no-budget = Kein Budget.
history = Verlauf
by-a-sync = durch einen Abgleich
erase-title = Endgültig löschen
erase-help = Löscht die personenbezogenen Daten dieser Person und verhindert, dass HiBob sie zurückbringt.
erase = Diese Person löschen

## Hinzufügen und bearbeiten
edit-title = { $name } bearbeiten
add-person-button = Person hinzufügen
country-hint = Ein Name oder ein Code wie PT.
admin-rights = Admin-Rechte
link-title = { $name } mit einem HiBob-Datensatz verknüpfen
link-help = Ab dem nächsten Abgleich entscheidet HiBob über die Person. Die ID finden Sie in HiBob in der Adresse ihres Profils.

## Fragen
ask-archive-title = { $name } archivieren?
ask-archive-button = { $name } archivieren
ask-archive-1 = Die Person kann sich nicht mehr anmelden, und ihre Sitzungen und Links enden sofort. Was von ihrem Budget übrig ist, wird eingefroren.
ask-archive-2 = Von Hand archiviert gilt auch gegen HiBob: Kein Abgleich holt die Person zurück, nur Sie.
ask-restore-title = { $name } zurückholen?
ask-restore-button = { $name } zurückholen
ask-restore-1 = Die Person ist wieder aktiv und kann eingeladen werden. Es werden keine Mails verschickt.
ask-restore-keep = Die Person hier behalten, was HiBob auch sagt: Sonst archiviert sie der nächste Abgleich wieder, wenn sie dort ausgeschieden ist
ask-erase-title = { $name } endgültig löschen?
ask-erase-button = { $name } endgültig löschen
ask-erase-1 = Daten, Verlauf und Mails der Person werden gelöscht. Die Zahlen früherer Abgleiche und die Beträge der Buchungen bleiben. Das lässt sich nicht rückgängig machen.
ask-erase-2 = HiBob bringt die Person erst zurück, wenn Sie es erlauben.
ask-unlink-title = { $name } nicht mehr abgleichen?
ask-unlink-button = { $name } nicht mehr abgleichen
ask-unlink-1 = Die Person bleibt, wie sie ist, und HiBob entscheidet nicht mehr über sie. Gruppe und Genehmigende können dann Sie ändern.
ask-unlink-2 = Sie können die Person jederzeit wieder mit HiBob verknüpfen.

## Warum jemand so dasteht
why-title = Warum das bei { $name } so ist
check-label = E-Mail oder HiBob-ID
check-button = Prüfen
check-nobody = HiBob hat niemanden mit dieser E-Mail oder ID gezeigt
check-nobody-mend = Sehen Sie in HiBob nach, ob die Person dort ist, ob die E-Mail die dienstliche ist und ob die Berechtigungsgruppe des Service-Users die Person umfasst. Starten Sie dann einen Abgleich.
check-seen = In HiBob gesehen
check-seen-mend = der Service-User sieht die Person nicht
check-not-of-hris = die Person wurde von Hand hinzugefügt, und HiBob kennt sie nicht
check-in-rules = Von den Regeln erfasst
check-complete = Hat alles Nötige
check-here = Hier
last-outcome = Der letzte Abgleich ergab:
not-decided = HiBob entscheidet nicht über diese Person.
open-that-sync = Diesen Abgleich öffnen
rules-applied = Die Regeln, die galten
seen-last = Wie HiBob die Person zuletzt gezeigt hat
seen-id = HiBob-ID
seen-first_name = Vorname
seen-surname = Nachname
seen-display_name = Anzeigename
seen-email = E-Mail
seen-start_date = Erster Tag
seen-end_date = Letzter Tag
seen-lifecycle = Lifecycle-Status
seen-access = Zugang
seen-manager = Führungskraft
seen-department = Abteilung
seen-country = Land

## Andere E-Mail-Adresse eines Admins
email-held-title = HiBob hat für diesen Admin eine andere E-Mail-Adresse
email-held = Anmelde-Links gehen weiter an { $old }, bis ein Admin die neue Adresse bestätigt. Wenn niemand von Ihnen die Änderung wollte, nehmen Sie der Person die Admin-Rechte und sehen Sie nach, wer den Eintrag in HiBob geändert hat.
email-confirm = Die neue Adresse stimmt
done-email-confirmed = Die neue Adresse ist bestätigt.
