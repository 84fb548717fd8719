## Einstellungen
card-organisation = Organisation
card-organisation-about = Ihr Name, und die Zeitzone, deren Mitternacht zählt.
card-regions = Inhaltsregionen
card-regions-about = Welche Länder welche Inhalte sehen.
card-rules = Regeln und Sicherungen
card-rules-about = Wann Personen archiviert werden, und wann ein Abgleich auf Sie wartet.
card-admins = Admins
card-admins-about = Wer diese Seiten sehen darf.
card-issues = Offene Probleme
card-issues-about = Eines für jede Ursache, mit dem, was zu tun ist.
card-left-out = Vom Abgleich ausgenommen
card-left-out-about = Personen, die jeder Abgleich übergeht.
card-import = Personen importieren
card-import-about = Personen aus einer CSV-Datei hinzufügen oder ändern.
card-emails = Mails
card-emails-about = Wie jede aussieht, mit einem Test an Sie selbst.
card-outbox = Postausgang
card-outbox-about = Mails, die warten, verschickt sind oder sich nicht verschicken ließen.
card-tokens = API-Token
card-tokens-about = Für Programme, die hier etwas lesen oder ändern.
time-zone = Zeitzone
time-zone-hint = Etwa Europe/Lisbon. Um Mitternacht dieser Zone werden Personen archiviert und treten ein.
admins-help = Admins sehen alle Personen der Organisation und können hier alles ändern. Geben oder nehmen Sie das Recht, wenn Sie eine Person bearbeiten; der letzte Admin behält es.
admins-add = Eine Person suchen, die Admin wird

## API-Token
token-made = Kopieren Sie diesen Token jetzt
token-once = Er wird einmal gezeigt und lässt sich nicht wieder nachsehen.
tokens-none = Es gibt noch keine Token.
token-may = Darf
token-read = lesen
token-write = lesen und ändern
token-since = Erstellt
token-revoked = Widerrufen am
token-revoke = { $name } widerrufen
token-new = Token erstellen
token-hint = Wofür er ist, etwa Gehaltsabrechnung.
token-read-only = Er darf nur lesen

## Ausgenommen
left-out-help = Testkonten, freie Mitarbeitende und alle, die hier von Hand geführt werden: Kein Abgleich rührt sie an.
left-out-none = Niemand ist ausgenommen.
allow-title = Jemand Gelöschtes wieder zulassen
allow-label = E-Mail oder HiBob-ID
allow-hint = Von Gelöschten bleibt nur ein Zeichen, damit HiBob sie nicht zurückbringt. Nehmen Sie es weg, so legt der nächste Abgleich sie neu an.
allow-button = Wieder zulassen
allow-nobody = Niemand Gelöschtes hatte diese E-Mail oder HiBob-ID. Es wurde nichts geändert.
done-allowed = Der nächste Abgleich darf sie wieder hinzufügen.
left-out-new = Jemanden ausnehmen
left-out-hint = Für alle, die sich später wundern.
let-in = Wieder zulassen

## Regeln und Sicherungen
done-rules = Die Regeln sind gespeichert. Eine geänderte Regel gilt ab dem nächsten Abgleich; sehen Sie sich vorher eine Vorschau an.
rules-leaving = Austritt
rules-archive-at = Wann jemand archiviert wird
rules-end-of-day = Wenn der letzte Tag vorbei ist
rules-start-of-day = Wenn der letzte Tag beginnt
rules-missing = Personen archivieren, die HiBob in so vielen Abgleichen hintereinander nicht gezeigt hat
rules-missing-hint = Leer: nie. Fehlen ist kein Austritt.
rules-inactive = Ein inaktiver Zugang in HiBob gilt als Austritt
rules-names = Namen und Gruppen
rules-preferred = Den bevorzugten Vornamen verwenden
rules-keep-groups = Hier gesetzte Gruppen neben der Gruppe der Abteilung behalten
rules-safeguards = Sicherungen
rules-safeguards-help = Ein Abgleich, der über beide Zahlen einer Zeile hinausginge, hält vor der ersten Änderung an und wartet auf Sie.
rules-numbers = Alles davon sind ganze Zahlen.
per-cent = Prozent
guard-archive = In einem Abgleich archiviert, von den aktiven verknüpften Personen
guard-week = In einer Woche archiviert
guard-identity = Andere E-Mail oder HiBob-ID
guard-approver = Andere Genehmigende
guard-group = Andere Gruppe
guard-added = In einem Abgleich hinzugefügt, nach dem ersten
guard-missing = Fehlt in der Antwort von HiBob

## Inhaltsregionen
done-regions = Die Inhaltsregionen sind gespeichert, und alle sind dort, wo sie hingehören.
regions-help = Eine Person ist in der Inhaltsregion ihres Landes. Wessen Land in keiner Inhaltsregion ist, ist in der Auffangregion.
regions-countries = Alle Länder
countries = Länder
countries-help = Jedes Land ist in einer Inhaltsregion. Ohne Auswahl sind seine Personen in der Auffangregion.
countries-hint = Codes aus zwei Buchstaben, etwa PT, ES. Ein Land ist in höchstens einer Inhaltsregion.
last-resort = Auffangregion
regions-count = { $n } Länder
region-new = Inhaltsregion hinzufügen
region-fallback = Auffangregion: für Personen, deren Land in keiner Inhaltsregion ist
region-delete = Diese Inhaltsregion löschen
region-delete-help = Ihre Personen sind dann in der Auffangregion.

mail-language = Sprache der E-Mails
