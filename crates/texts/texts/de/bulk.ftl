## Sammelaktionen
job-budgets = Budgets hinzufügen
job-invitations = Einladungen verschicken
job-archive = Personen archivieren
job-restore = Personen zurückholen
continue = Weiter
change = Ändern
applying = Wird erledigt, bei vielen dauert es einige Sekunden …
starting = Startet …
may-leave = Sie können diese Seite verlassen; es geht weiter.
and-others = und { $n } weitere
budgets-title = Budgets für { $n ->
    [one] 1 Person
   *[other] { $n } Personen
} hinzufügen
budgets-help = Wer für diesen Zeitraum schon ein Budget hat oder archiviert ist, ist ausgenommen und wird genannt, bevor Sie entscheiden. Es werden keine E-Mails verschickt.
budget-amount = Betrag je Person
budget-currency = Währung
budget-from = Von
budget-until = Bis
budget-spendable = Darf ausgegeben werden ab
budget-pro-rata = Wer in diesem Zeitraum eintritt, bekommt den Anteil davon, nach Tagen
check-budgets = { $n ->
    [one] 1 Person bekommt ein Budget:
   *[other] { $n } Personen bekommen ein Budget:
}
check-invitations = { $n ->
    [one] 1 Person bekommt eine E-Mail mit einem Link, der einmal und 14 Tage lang gilt.
   *[other] { $n } Personen bekommen je eine E-Mail mit einem Link, der einmal und 14 Tage lang gilt.
} Einladungen lassen sich nicht zurücknehmen.
check-archive = { $n ->
    [one] 1 Person wird archiviert: Sie kann sich nicht mehr anmelden, und ihr Budget wird eingefroren.
   *[other] { $n } Personen werden archiviert: Sie können sich nicht mehr anmelden, und ihre Budgets werden eingefroren.
}
check-restore = { $n ->
    [one] 1 Person wird zurückgeholt.
   *[other] { $n } Personen werden zurückgeholt.
} Es werden keine Einladungen verschickt.
check-cost = Insgesamt sind das { $amount }.
check-examples = Zum Beispiel
check-left-out = { $n ->
    [one] 1 Person ist ausgenommen
   *[other] { $n } Personen sind ausgenommen
}
check-again = Auch Personen, die eingeladen und nicht beigetreten sind; ihre alten Links gelten dann nicht mehr
check-keep = Auch behalten, wer laut HiBob ausgeschieden ist: HiBob entscheidet dann nicht mehr über diese Personen
check-count-again = Neu zählen
check-mail = Die Mail
check-mail-look = Ansehen
send-test = Test an mich schicken
start-budgets = Budgets für { $n ->
    [one] 1 Person
   *[other] { $n } Personen
} hinzufügen
start-invitations = { $n ->
    [one] 1 Einladung
   *[other] { $n } Einladungen
} verschicken
start-archive = { $n ->
    [one] 1 Person
   *[other] { $n } Personen
} archivieren
start-restore = { $n ->
    [one] 1 Person
   *[other] { $n } Personen
} zurückholen
job-draft = Es wurde noch nichts getan.
job-going = { $done } von { $total } fertig
no-mail-server = Es ist kein Mailserver eingestellt: E-Mails warten im [Ausgang], bis ihn der Betreiber einstellt; Einladungslinks lassen sich dort kopieren.
job-stop = Anhalten
job-stop-help = Wer schon an der Reihe war, behält, was er bekommen hat; sonst bekommt niemand etwas.
job-stopped = Dann wurde angehalten: { $n ->
    [one] 1 Person war nicht an der Reihe.
   *[other] { $n } Personen waren nicht an der Reihe.
}
job-failed = Es konnte nicht weitergehen
job-done-budgets = Fertig: { $n ->
    [one] 1 Person hat ein Budget.
   *[other] { $n } Personen haben ein Budget.
}
job-done-invitations = Fertig: { $n ->
    [one] 1 Einladung ist unterwegs.
   *[other] { $n } Einladungen sind unterwegs.
}
job-done-archive = Fertig: { $n ->
    [one] 1 Person ist archiviert.
   *[other] { $n } Personen sind archiviert.
}
job-done-restore = Fertig: { $n ->
    [one] 1 Person ist zurück.
   *[other] { $n } Personen sind zurück.
}
take-back = Zurücknehmen
take-back-help = Solange niemand etwas davon ausgegeben hat, lassen sich alle diese Budgets zurücknehmen.
take-back-button = { $n ->
    [one] 1 Budget
   *[other] { $n } Budgets
} zurücknehmen
taken-back = Diese Budgets wurden zurückgenommen.
done-taken-back = Die Budgets sind zurückgenommen.

## Budgets
budgets-none = Noch keine Budgets.
budgets-add = Budgets für alle ohne Budget hinzufügen
budgets-recent = Bisherige Sammelaktionen
budgets-currency = Währung
budgets-people = Personen mit Budget
budgets-given = Zugeteilt
budgets-left = Übrig
budgets-started = Begonnen
budgets-what = Was
budgets-about = Personen
budgets-state = Stand
job-state-queued = Wartet
job-state-running = Läuft
job-state-finished = Fertig
job-state-failed = Konnte nicht weitergehen
job-state-stopped = Angehalten
