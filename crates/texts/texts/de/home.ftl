## Was Admins zuerst brauchen
set-up = Einrichten
step-connect = HR-System verbinden
step-skipped = Ansehen, wer übersprungen wurde
step-budgets = Budgets hinzufügen
step-invitations = Einladungen verschicken
step-done = Fertig
step-open = Nicht begonnen
step-later = Nach dem ersten Abgleich
needs = Braucht Sie
needs-nothing = Heute braucht Sie nichts.
need-held = { $n ->
    [one] Abgleich wartet auf Ihre Prüfung
   *[other] Abgleiche warten auf Ihre Prüfung
}
need-held-act = Prüfen
need-skipped = { $n ->
    [one] Person ist übersprungen
   *[other] Personen sind übersprungen
}
need-skipped-act = Ansehen, wer und warum
need-failed = { $n ->
    [one] Aufgabe ließ sich nicht von selbst erledigen
   *[other] Aufgaben ließen sich nicht von selbst erledigen
}
need-failed-act = Ansehen, was
need-attention = { $n ->
    [one] Person mit Handlungsbedarf
   *[other] Personen mit Handlungsbedarf
}
need-attention-act = Ansehen, wer
need-budget = { $n ->
    [one] lernende Person hat kein Budget
   *[other] Lernende haben kein Budget
}
need-invitation = { $n ->
    [one] lernende Person ist nicht eingeladen
   *[other] Lernende sind nicht eingeladen
}
last-sync = Letzter Abgleich
next-sync = Nächster Abgleich
no-sync-yet = Es gab noch keinen Abgleich.
sync-now = Jetzt abgleichen
preview-changes = Vorschau der Änderungen
active-people = aktive Personen
could-not-count = Wir konnten sie gerade nicht zählen.
count-added = { $n } hinzugefügt
count-updated = { $n } geändert
count-archived = { $n } archiviert
count-skipped = { $n } übersprungen
search-label = Name oder E-Mail
daily-paused = Der tägliche Abgleich ruht. [Fortsetzen].
