## Wie es um einen Abgleich steht
run-queued = Wartet auf den Beginn
run-fetching = Liest aus HiBob
run-planning = Vergleicht Personen
run-applying = Speichert Änderungen
run-held = Angehalten, nichts geändert
run-preview-ready = Vorschau bereit, nichts geändert
run-finished = Abgeschlossen
run-problems = Mit Problemen abgeschlossen
run-failed = Fehlgeschlagen, nichts geändert
run-rejected = Abgelehnt, nichts geändert
run-stopped = Gestoppt, nichts geändert
sort-preview = Vorschau
sort-schedule = Täglich
sort-connect = Erster Abgleich
sort-timer = Mitternacht
sort-webhook = Webhook
sort-api = API
sort-cli = Kommandozeile
sort-csv = CSV-Datei
sort-csv-preview = Vorschau einer CSV-Datei
sort-manual = Von Hand

## Alle Abgleiche
history-type = Art
history-result = Ergebnis
history-started = Begonnen
history-took = Dauer
history-none = Noch keine Abgleiche. [Verbinden Sie HiBob].
history-no-match = Kein Abgleich passt dazu. [Alle zeigen].
history-missing = An diesem Tag gab es keinen Abgleich, obwohl einer fällig war. Rollcall lief nicht, oder HiBob war nicht erreichbar.
history-newest = Neueste
history-older = Ältere

## Ein Abgleich
run-started = Begonnen am
run-ended = beendet am
run-as-of = für den { $day }
run-stop = Stoppen
run-undone = Dieser Abgleich wurde rückgängig gemacht:
step-read = Personen aus HiBob lesen
step-compare = Mit den Personen hier vergleichen
step-save = Änderungen speichern
step-write-preview = Vorschau schreiben
step-is-done = fertig
step-is-going = läuft
step-waits = wartet, bis er an der Reihe ist
step-comes = nicht begonnen
tile-added = Hinzugefügt
tile-updated = Geändert
tile-archived = Archiviert
tile-restored = Zurückgeholt
tile-skipped = Übersprungen
tile-upcoming = Eintritt steht bevor
tile-out-of-scope = Nicht betroffen
tile-unchanged = Unverändert
tab-all = Alle Änderungen
tab-add = Hinzufügen
tab-update = Ändern
tab-archive = Archivieren
tab-restore = Zurückholen
tab-skipped = Übersprungen und mit Hinweis
preview-sentence = Wenn Sie jetzt starten:
preview-nothing = Es werden keine E-Mails verschickt, und kein Budget ändert sich.
preview-over = Diese Vorschau ist mehr als einen Tag alt. Machen Sie eine neue, um von ihr aus zu starten.
preview-nothing-changes = Nichts würde sich ändern: Alle hier stimmen mit HiBob überein.
sentence-added = { $n ->
    [one] 1 Person hinzugefügt
   *[other] { $n } Personen hinzugefügt
}
sentence-updated = { $n } geändert
sentence-archived = { $n } archiviert
sentence-restored = { $n } zurückgeholt
sentence-skipped = { $n ->
    [one] 1 Person übersprungen.
   *[other] { $n } Personen übersprungen.
}
sentence-unchanged = { $n ->
    [one] 1 bleibt unverändert.
   *[other] { $n } bleiben unverändert.
}
employees-read = { $n ->
    [one] 1 Person wurde gelesen und zählt in genau einem davon.
   *[other] { $n } Personen wurden gelesen, und jede zählt in genau einem davon.
}
start-syncing = Abgleich starten
start-title = Den Abgleich starten
start-help = HiBob wird vorher noch einmal gelesen. Ist der Plan dann ein anderer, wird nichts geändert, und Sie sehen den neuen.
start-button = { $n ->
    [one] 1 Person
   *[other] { $n } Personen
} wie gezeigt ändern
held-title = Dieser Abgleich wartet auf Sie. Es wurde nichts geändert.
would-be-held = Ein Abgleich mit diesem Plan würde für Ihre Prüfung angehalten.
held-help = Ist er richtig, geben Sie ihn frei: HiBob wird vorher noch einmal gelesen, und es geschieht nichts anderes, als Sie hier sehen. Ist er ein Fehler in HiBob, lehnen Sie ihn ab, und berichtigen Sie ihn dort.
held-sentence = Wenn Sie zustimmen:
rejected-sentence = Das wäre geschehen:
skipped-help = Was die Abgleiche bisher gefunden haben und seither nichts erledigt hat. Was in HiBob berichtigt ist, verschwindet hier mit dem nächsten Abgleich.
typed-label = Geben Sie { $n } ein
typed-wrong = Geben Sie { $n } ein, um zu bestätigen, dass Sie die Zahl gesehen haben. Es wurde nichts geändert.
done-still-held = HiBob sagt dasselbe wie zuvor; auf Sie wartet also noch immer dies.
answers-stand = { $n ->
    [one] Ihre Antwort zu 1 Person gilt: Kein Abgleich fragt wieder nach ihr, bis HiBob etwas anderes über sie sagt.
   *[other] Ihre Antworten zu { $n } Personen gelten: Kein Abgleich fragt wieder nach ihnen, bis HiBob etwas anderes über sie sagt.
}
ask-again = Der nächste Abgleich soll wieder fragen
done-ask-again = Der nächste Abgleich fragt wieder.
above-limit = Das ist mehr, als ohne Rückfrage durchgeht
all-fields = Alle Felder
preview-rules = Nach welchen Regeln
preview-rules-help = Der Zeitplan, die Regeln fürs Ausscheiden, die Grenzen und die Regionen der Länder sind Einstellungen. Ändern Sie sie, und bauen Sie die Vorschau neu; eine Vorschau, die nach einer Änderung gestartet wird, zeigt den neuen Plan und ändert nichts.
preview-again = Vorschau neu bauen
out-of-scope-help = HiBob nennt uns diese Beschäftigten, und es ist nichts zu tun: Sie sind ausgeschieden, bevor sie je hier waren, oder ein Admin hat sie ausgenommen. Die Liste ist die des letzten Abgleichs; wer gelöscht wurde, ist nicht mehr bekannt.
out-of-scope-none = Niemand ist außen vor.
approve-archiving = { $n ->
    [one] 1 Person
   *[other] { $n } Personen
} archivieren und den Rest anwenden
approve-all = Alles anwenden
approve-without = Alles außer der Archivierung anwenden
reject = Diesen Abgleich ablehnen
reasons = Gründe
all-reasons = Alle Gründe
nobody-skipped = Niemand wurde übersprungen oder hat einen Hinweis.
nobody-changed = Niemand wird dadurch geändert.
sync-these = Diese noch einmal abgleichen
copy-list = Liste für Ihr HR-Team
person = Person
why = Warum
what = Was
fields = Felder
field = Feld
before = Vorher
after = Nachher
changes = Änderungen
seen-in-hibob = In HiBob gesehen
what-to-do = Was zu tun ist
open-namesake = Den vorhandenen Eintrag öffnen
add-by-hand = Von Hand hinzufügen
leave-out = Ab jetzt ausnehmen
search-in-run = In diesem Abgleich suchen
undo-title = Rückgängig machen
undo-help = Wer seitdem wieder geändert wurde, bleibt unverändert und wird genannt. Der tägliche Abgleich pausiert dann, denn der nächste würde dasselbe wieder tun, wenn nicht zuerst HiBob berichtigt wird.
undo-sync = Diesen Abgleich rückgängig machen
undo-person = Für diese Person rückgängig machen
done-undone-one = Es ist für diese Person rückgängig gemacht.
not-undone = Diese bleiben, wie sie sind
open-person = Person öffnen
why-so = Warum ist das so?
sync-person = Diese Person jetzt abgleichen
cancel-connection = Abbrechen: diese Verbindung löschen
cancel-connection-help = Von den Personen in HiBob wurde nichts gespeichert. Sie können jederzeit wieder verbinden.
read-so-far = { $n ->
    [one] Bisher 1 Person gelesen
   *[other] Bisher { $n } Personen gelesen
}
read-of = Bisher { $read } Personen gelesen; der letzte Abgleich las { $before }.
hibob-asks-to-wait = HiBob bat uns zu warten bis
